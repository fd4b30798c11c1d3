/* What stands behind a checked number or sentence, beside it: on hover, focus and tap; Escape closes it. */
"use strict"
{
  const make = (tag, properties, ...inside) => {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...inside)
    return element
  }
  const box = make("div", { id: "evidence", className: "popover", role: "tooltip", hidden: true })
  document.querySelector("article").append(box) // within the page's main part, for those who hear it
  const records = new Map()
  const text = value => typeof value === "number" ? value.toLocaleString("en", { maximumSignificantDigits: 15 }) : String(value ?? "–")

  /* The recorded results of a lab: read once */
  const record = address => {
    const lab = address.pathname.split("/").at(-2)
    const file = new URL(`../${lab.replaceAll("-", "_")}/results.json`, address)
    if (!records.has(lab)) {
      records.set(lab, fetch(file).then(answer => answer.ok ? answer.json() : Promise.reject(answer.status)))
      records.get(lab).catch(() => records.delete(lab)) // the next one asks again
    }
    return records.get(lab)
  }

  /* The lines that say what a link's row says: what it is, its value, its seeds, the call that made it */
  function lines(found, hash, link) {
    const [kind, ...rest] = hash.slice(1).split("-")
    if (kind === "t") {
      const [column, row, ...name] = rest.reverse()
      const table = found.tables[name.reverse().join("-")]
      return [table.says, `${table.rows[row][0]}, ${table.columns[column]}: ${text(table.rows[row][column])}`, table.at]
    }
    const [name, bound] = rest.join("-").split(".")
    const claim = found.claims?.[name]
    if (claim) {
      const held = claim.holds.filter(Boolean).length
      return [claim.says, claim.record ? `From ${claim.record}, recorded once.` : claim.holds.length > 1 ? `Holds for ${held} of ${claim.holds.length} seeds.` : "Exact: there is no chance in it.", claim.at]
    }
    const value = found.values[name]
    const unit = value.unit ? ` ${value.unit}` : ""
    return [
      value.says,
      bound ? `The ${bound === "low" ? "lower" : "upper"} end of the interval: ${text(value[bound])}${unit}` : "",
      `${text(value.value)}${unit}${"low" in value ? ` (${text(value.low)} to ${text(value.high)}${value.interval ? `, ${value.interval}` : ""})` : ""}`,
      value.seeds ? `Over the seeds: ${text(value.seeds[0])} to ${text(value.seeds[1])}` : "",
      value.machine ? "It depends on the machine." : "",
      value.at
    ]
  }

  let shown, waiting, tapped
  const hide = () => {
    clearTimeout(waiting)
    box.hidden = true
    shown?.removeAttribute("aria-describedby")
    shown = undefined
  }
  const close = () => {
    hide()
    tapped = undefined
  }
  async function show(link) {
    clearTimeout(waiting)
    if (link === shown) return
    hide()
    shown = link
    const address = new URL(link.href)
    const said = await record(address).then(found => lines(found, decodeURIComponent(address.hash), link), () => null)
    if (shown !== link) return
    if (!said) { // nothing to show: a tap leads to the row, as without a script
      const go = tapped === link
      shown = tapped = undefined
      return go && location.assign(link.href)
    }
    const at = said.pop()
    const doors = [make("a", { href: link.href, textContent: "Its row" })]
    if (at) {
      const code = new URL(`#L-${at.replace(/:(\d+)$/, "-$1")}`, address) // as hooks/writing/evidence/lab_source.py names it
      doors.push(make("a", { href: code.href, textContent: at }))
    }
    box.replaceChildren(...said.filter(Boolean).map(line => make("p", { textContent: line.replaceAll("`", "") })),
      make("p", {}, ...doors))
    box.hidden = false
    link.setAttribute("aria-describedby", "evidence")
    const place = [...link.getClientRects()].at(-1)
    const above = place.top - box.offsetHeight - 4
    const below = place.bottom + box.offsetHeight + 8 < innerHeight || above < 0
    const { left, top } = (box.offsetParent ?? document.documentElement).getBoundingClientRect()
    box.style.left = `${Math.max(8, Math.min(place.left, innerWidth - box.offsetWidth - 8)) - left}px`
    box.style.top = `${(below ? place.bottom + 4 : above) - top}px`
  }
  const door = event => event.target.closest?.("a.num, a.tick")
  const over = event => {
    const link = door(event)
    if (link) return show(link)
    clearTimeout(waiting)
    if (!box.contains(event.target) && shown && shown !== document.activeElement) waiting = setTimeout(close, 250)
  }
  addEventListener("pointerover", over)
  addEventListener("focusin", event => door(event) ? show(door(event)) : box.contains(event.target) || close())
  addEventListener("click", event => { // a finger has no hover: the first tap shows, the second goes
    const link = door(event)
    if (!link) return box.contains(event.target) || close()
    if (event.pointerType === "touch" && (shown !== link || link !== tapped)) {
      event.preventDefault()
      tapped = link
      show(link)
    }
  })
  addEventListener("keydown", event => event.key === "Escape" && close())
  tapped = window.__tapped
  show(tapped ?? window.__pointed)
}
