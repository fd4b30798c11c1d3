// Makes each table inside .sortable sortable by its heads and filterable by words; without it the table is a plain one.
"use strict"

for (const table of document.querySelectorAll(".sortable table")) {
  const body = table.tBodies[0]
  const rows = [...body.rows]
  const heads = [...table.tHead.rows[0].cells]
  const text = (row, column) => row.cells[column].textContent.trim()
  const make = (tag, props) => Object.assign(document.createElement(tag), props)

  // Words must all occur in the row; "gate:none" asks one column.
  const label = make("label", { className: "sortable__filter", textContent: "Filter " })
  const input = make("input", { type: "search", placeholder: "coding, gate:none …", autocomplete: "off" })
  const count = make("output", { className: "sortable__count" })
  const names = heads.map((head) => head.textContent.replace(/\s/g, "").toLowerCase())
  const matches = (row, word) => {
    const [name, value] = word.split(/:(.*)/s)
    const column = value === undefined ? -1 : names.findIndex((known) => known.includes(name))
    const where = column < 0 ? row.textContent : text(row, column)
    return where.toLowerCase().includes(column < 0 ? word : value)
  }
  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    for (const row of rows) row.hidden = !words.every((word) => matches(row, word))
    count.value = `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows`
  }
  input.addEventListener("input", filter)
  label.append(input)
  table.closest(".sortable").prepend(label, count)
  filter()

  // Numbers sort as numbers and before words; a second press turns the order round.
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" })
  heads.forEach((head, column) => {
    const button = make("button", { type: "button", className: "sortable__button" })
    button.append(...head.childNodes)
    head.append(button)
    head.scope = "col"
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending"
      for (const other of heads) other.removeAttribute("aria-sort")
      head.setAttribute("aria-sort", down ? "descending" : "ascending")
      rows.sort((a, b) => order.compare(text(a, column), text(b, column)) * (down ? -1 : 1))
      body.append(...rows)
    })
  })
}
