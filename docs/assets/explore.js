/* A figure[data-explore="lab.table"] gets a button that turns it into a chart of that recorded table: data-x names the
   column of the axis, data-y those that are drawn, data-by (may be absent) the one that tells series apart. */
"use strict"
{
  const root = new URL("..", document.currentScript.src)
  const make = (tag, properties, ...inside) => {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...inside)
    return element
  }
  const escape = text => String(text).replace(/[&<>"]/g, sign => `&#${sign.charCodeAt()};`)
  const SERIES = 6 // colours, in site.css
  const [SWAP, LOG] = ["swap axes", "log scale"]

  /* What is seen stands in the address, so that it can be sent on; null: the figure as it is printed */
  const remember = (name, state) => {
    const url = new URL(location)
    if (state) url.searchParams.set(name, [...state].join("~"))
    else url.searchParams.delete(name)
    history.replaceState(history.state, "", url)
  }

  /* The chart of one recorded table and the state that its reader picks; `told` is the one in the address, or null */
  async function turn(figure, table, told) {
    const { explore, x, y, by, unit = "" } = figure.dataset
    const [lab, name] = explore.split(".")
    const answer = await fetch(new URL(`labs/${lab}/results.json`, root))
    if (!answer.ok) throw new Error(answer.status)
    const { columns, rows } = (await answer.json()).tables[name]
    const cell = (row, column) => row[columns.indexOf(column)]
    const drawn = y.split(",").map(column => column.trim())
    const groups = by ? [...new Set(rows.map(row => String(cell(row, by))))] : [""]
    /* Two digits of per cent, four of others; more where one before the point would be lost, or what is not 1 be 1 */
    const shown = value => {
      if (typeof value !== "number") return escape(value ?? "–")
      const [number, whole, least] = unit === "%" ? [100 * value, "100", 2] : [value, "1", 4]
      const text = digits => number.toLocaleString("en", { maximumSignificantDigits: digits })
      let digits = Math.max(least, String(Math.trunc(Math.abs(number))).length)
      while (Math.abs(value) !== 1 && text(digits).replace("-", "") === whole) digits++
      return text(digits) + unit
    }
    const numbers = rows.map(row => drawn.map(column => cell(row, column))).flat().filter(Number.isFinite)
    const positive = numbers.filter(value => value > 0)
    const wide = Math.min(...numbers) >= 0 && Math.max(...positive) > 20 * Math.min(...positive)

    /* What the reader picks; at first no more series than there are colours, or they would not fit */
    const first = [...drawn.slice(0, Math.max(1, Math.floor(SERIES / groups.length))), ...groups.slice(0, SERIES)]
    const state = new Set(told !== null ? told.split("~").filter(Boolean) : first)
    const box = text => {
      const input = make("input", { type: "checkbox", checked: state.has(text), value: text })
      input.addEventListener("change", () => {
        state[input.checked ? "add" : "delete"](text)
        remember(name, state)
        draw()
      })
      return make("label", {}, input, ` ${text}`)
    }
    const parts = [["Show", drawn.length > 1 ? drawn : []], [by, by ? groups : []], ["Axes", [...by ? [SWAP] : [], ...wide ? [LOG] : []]]]
    const picks = parts.filter(([, boxes]) => boxes.length).map(([legend, boxes]) =>
      make("fieldset", {}, make("legend", { textContent: legend }), ...boxes.map(box)))
    const chart = make("div", { className: "explore__chart" })
    table.replaceChildren(...picks, chart)

    function draw() {
      const swap = by && state.has(SWAP)
      const [across, apart] = swap ? [by, x] : [x, by]
      const names = [...new Set(rows.map(row => apart ? String(cell(row, apart)) : ""))].filter(one => swap || !by || state.has(one))
      const places = [...new Set(rows.map(row => cell(row, across)))].filter(place => !swap || state.has(String(place)))
      const series = drawn.filter(column => drawn.length < 2 || state.has(column)).flatMap(column => names.map(one => ({
        title: [one, drawn.length > 1 && column].filter(Boolean).join(", ") || column,
        values: places.map(place => {
          const row = rows.find(row => cell(row, across) === place && (!apart || String(cell(row, apart)) === one))
          return row && cell(row, column)
        })
      })))
      const all = series.flatMap(({ values }) => values).filter(Number.isFinite)
      const least = Math.min(...all.filter(value => value > 0))
      const most = unit === "%" && !wide ? Math.max(1, ...all) : Math.max(...all)
      const log = wide && state.has(LOG)
      const part = value => Math.max(0, log ? value > 0 ? 0.05 + 0.95 * Math.log(value / least) / (Math.log(most / least) || 1) : 0 : value / most)
      const bar = ({ values }, at) => {
        const value = values[at]
        return `<td data-value="${escape(value)}" style="--part:${Number.isFinite(value) ? part(value) : 0}">${shown(value)}</td>`
      }
      const heads = series.map(({ title }) => `<th scope="col">${escape(title)}</th>`)
      const lines = places.map((place, at) =>
        `<tr><th scope="row">${escape(place)}</th>${series.map(one => bar(one, at)).join("")}</tr>`)
      chart.innerHTML = series.length && places.length
        ? `<table class="explore__table" style="--columns:${series.length}"><thead><tr><th scope="col">${escape(across)}</th>${heads.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table>`
        : "<p>Nothing is picked.</p>"
    }
    draw()
    return state
  }

  for (const figure of document.querySelectorAll("figure[data-explore]")) {
    const table = make("div", { className: "explore", hidden: true })
    const button = make("button", { type: "button", className: "explore__turn", textContent: "Turn this figure" })
    const name = figure.dataset.explore.split(".")[1]
    const told = new URL(location).searchParams.get(name)
    let made
    const open = async () => {
      made ??= turn(figure, table, told)
      const state = await made.catch(() => made = undefined) // the next press asks again
      if (!state) return button.textContent = "Its data cannot be read"
      table.hidden = !table.hidden
      remember(name, table.hidden ? null : state)
      figure.classList.toggle("explored", !table.hidden)
      button.textContent = table.hidden ? "Turn this figure" : "As it is printed"
      button.ariaExpanded = !table.hidden
    }
    button.ariaExpanded = false
    button.addEventListener("click", open)
    const caption = figure.querySelector("figcaption")
    caption ? caption.before(table, button) : figure.append(table, button)
    if (told !== null) open()
  }
}
