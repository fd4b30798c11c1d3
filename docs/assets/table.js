// Makes each table inside .sortable sortable by its heads and filterable by words; without it the table is a plain one.
"use strict"

let before = 0
for (const table of document.querySelectorAll(".sortable table")) {
  const box = table.closest(".sortable")
  const nth = before++ ? before : "" // in the address: filter and sort; of the second table filter2 and sort2
  const body = table.tBodies[0]
  const rows = [...body.rows]
  const heads = [...table.tHead.rows[0].cells]
  const make = (tag, props) => Object.assign(document.createElement(tag), props)

  // As a reader types it: any hyphen or minus is "-", any space is one space, and so is a break of the line.
  const plain = (text) => text.toLowerCase().replace(/[\u2010-\u2015\u2212]/g, "-").replace(/\s+/g, " ").trim()
  const squeezed = (text) => text.replace(/\s/g, "")
  const words = (cell) => [...cell.childNodes].map((node) => node.textContent || " ").join("")
  const text = (row, column) => plain(words(row.cells[column]))
  const names = heads.map((head) => plain(head.textContent))
  const whole = rows.map((row) => plain([...row.cells].filter((c) => !c.querySelector("details")).map(words).join(" ")))
  // The number that a text begins with, and the one that a word is: 1,024 is 1024, and 95%: is 95.
  const even = (text) => text.replace(/,(?=\d{3}(?!\d))/g, "")
  const first = (text) => parseFloat(even(text))
  const alone = (word) => (/\d/.test(word) ? Number(even(word.replace(/[%:,;]+$/, ""))) : NaN)

  // A word, "two words", gate:none, of six:6, cap:>100. A head that is named may have spaces, or be begun only.
  const known = names.filter(Boolean).sort((a, b) => b.length - a.length).map((name) => name.replace(/[^\p{L}\p{N}]+/gu, "\\W*"))
  const name = `(${known.join("|")}|[^\\s:"]+):`
  const pattern = new RegExp(`(?:${name}\\s*)?("[^"]*"|\\S+)`, "gu")
  const begun = new RegExp(`${name}\\s*$`, "u")
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" })
  const sizes = { "<": (n) => n < 0, ">": (n) => n > 0, "<=": (n) => n <= 0, ">=": (n) => n >= 0, "=": (n) => n === 0 }
  const holds = (cell, value) => {
    const [, sign, rest] = value.match(/^([<>]=?|=)?(.*)$/)
    const number = alone(rest)
    if (isNaN(number)) return sign ? sizes[sign](order.compare(cell, rest)) : cell.includes(rest)
    if (sign) return sizes[sign](first(cell) - number)
    return cell.split(" ").some((word) => (isNaN(alone(word)) ? word.includes(rest) : alone(word) === number))
  }
  const find = (name) =>
    ["startsWith", "includes"].reduce((at, how) => (at < 0 ? names.findIndex((n) => squeezed(n)[how](squeezed(name))) : at), names.findIndex((n) => squeezed(n) === squeezed(name)))

  const label = make("label", { className: "sortable__filter", textContent: "Filter " })
  const input = make("input", { type: "search", placeholder: box.dataset.hint ?? `a word, or ${names[0]}:word`, autocomplete: "off" })
  const count = make("output", { className: "sortable__count" })
  // What the filter does not do is said, and hides nothing; what no row has is said as well.
  const notes = rows.map((row) => plain([...row.querySelectorAll("details")].map((d) => d.textContent).join(" ")))
  const misread = (name, value) => {
    const words = name === undefined ? value : `${name}:${value}`
    const sign = words.match(/^([^:]+?)([<>]=?|=)(.+)$/)
    if (/^(or|and|not|[|&]+)$/.test(words)) return `“${words}” is not understood: a row has to match every word`
    const not = /^[-!](?=.)/.exec(words) ?? /!=/.exec(name === undefined ? words : "")
    if (not) return `“${not[0]}” leaves nothing out: ask for what you want, as in gate:none`
    if (name === undefined && sign && find(sign[1]) >= 0) return `write ${names[find(sign[1])]}:${sign[2].replace(/^=$/, "")}${sign[3]}`
    if (name !== undefined && find(name) < 0) return `no column is called “${name}”`
    const [, size, rest] = (name !== undefined && value.match(/^([<>]=?)(.*)$/)) || []
    if (size && isNaN(first(rest)) && rows.some((row) => !isNaN(first(text(row, find(name)))))) return `under “${names[find(name)]}” write a number after ${size}`
  }
  const filter = () => {
    const said = []
    const query = plain(input.value).replace(begun, "") // a head, its colon, and nothing yet: no question
    const tests = [...query.matchAll(pattern)].flatMap(([, name, value]) => {
      const wrong = value[0] === '"' ? name !== undefined && find(name) < 0 && misread(name, value) : misread(name, value)
      if (wrong) return said.push(wrong), []
      const word = value.replaceAll('"', "")
      const column = name === undefined ? -1 : find(name)
      const test = column < 0 ? (_, i) => whole[i].includes(word) : (row) => holds(text(row, column), word)
      if (!rows.some(test)) {
        const hidden = column < 0 ? notes.filter((note) => note.includes(word)).length : 0
        said.push(`no row has “${word}”` + (column < 0 ? "" : ` under “${names[column]}”`) + (hidden ? `, but ${hidden} have it in their notes: write notes:${/\s/.test(word) ? `"${word}"` : word}` : ""))
      }
      return [test]
    })
    let shown = 0
    rows.forEach((row, i) => (shown += !(row.hidden = !tests.every((test) => test(row, i)))))
    count.value = [`${shown} of ${rows.length} rows`, ...said].join("; ")
  }

  // What is asked stands in the address, so that it can be sent on.
  const remember = (name, value) => {
    const url = new URL(location.href)
    if (value) url.searchParams.set(name + nth, value)
    else url.searchParams.delete(name + nth)
    history.replaceState(history.state, "", url)
  }
  const asked = new URLSearchParams(location.search)
  const places = rows.map((_, i) => i)

  // Numbers sort as numbers and before words, also downwards; words of a list in data-order as there; a second press turns it round.
  const lists = (box.dataset.order ?? "").split(",").map((list) => list.trim().split(" "))
  const sort = (column, down) => {
    const list = lists.find((words) => rows.every((row) => words.includes(text(row, column))))
    const keys = rows.map((row) => text(row, column)).map((word) => [list ? list.indexOf(word) : first(word), word])
    const turn = down ? -1 : 1
    const compare = ([a, one], [b, two]) => isNaN(a) - isNaN(b) || turn * (a - b || order.compare(one, two))
    for (const other of heads) other.removeAttribute("aria-sort")
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending")
    body.append(...places.sort((a, b) => compare(keys[a], keys[b])).map((i) => rows[i]))
  }
  heads.forEach((head, column) => {
    const button = make("button", { type: "button", className: "sortable__button" })
    button.append(...head.childNodes)
    head.append(button)
    head.scope = "col"
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending"
      sort(column, down)
      remember("sort", (down ? "-" : "") + names[column])
    })
  })

  input.value = asked.get("filter" + nth) ?? ""
  input.addEventListener("input", () => {
    filter()
    remember("filter", input.value)
  })
  label.append(input)
  box.prepend(label, count)
  filter()
  const sorted = asked.get("sort" + nth)
  if (sorted && find(sorted.replace(/^-/, "")) >= 0) sort(find(sorted.replace(/^-/, "")), sorted.startsWith("-"))
}
