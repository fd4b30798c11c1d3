/* Brings the theme's script at the first sign of a reader who may need it; its search waits until it is wanted. */
(() => {
  const { src } = document.currentScript
  const at = path => new URL(path, src)
  const settings = {} // hooks/writing/html/deferred.py puts here what the theme writes into each page
  const { bundle, parts, ...config } = settings

  /* What the theme defines in each page */
  window.__md_scope = at("..")
  window.__md_hash = text => [...text].reduce((hash, c) => (hash << 5) - hash + c.charCodeAt(0), 0)
  window.__md_get = (key, store = localStorage, scope = __md_scope) => JSON.parse(store.getItem(`${scope.pathname}.${key}`))
  window.__md_set = (key, value, store = localStorage, scope = __md_scope) => {
    try { store.setItem(`${scope.pathname}.${key}`, JSON.stringify(value)) } catch {}
  }

  /* Search: the first focus or tap starts the worker, which reads the index by itself */
  const toggle = document.getElementById("__search")
  const wanted = new Promise(yes => {
    const look = () => (toggle.checked || document.activeElement?.name === "query") && yes()
    addEventListener("focusin", look)
    toggle.addEventListener("change", look)
    addEventListener("load", look)
    look()
  })
  const { Worker } = window
  const worker = wanted.then(() => new Worker(at("search.js")))
  const ready = worker.then(worker => new Promise(yes => worker.onmessage = yes))
  window.Worker = class extends EventTarget { // the one that the script gets
    constructor() {
      super()
      const pass = ({ data }) => {
        this.dispatchEvent(new MessageEvent("message", { data }))
        const { instead } = data.data ?? {}
        if (instead) document.querySelector(".md-search-result__meta").append(`, showing results for “${instead}”`)
      }
      ready.then(async message => {
        (await worker).onmessage = pass
        pass(message)
      })
    }
    postMessage(message) { worker.then(worker => worker.postMessage(message)) }
  }
  /* The script asks for index and sitemap as soon as it runs, and needs neither */
  const { open } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    open.call(this, method, /(search_index\.json|sitemap\.xml)$/.test(url) ? at("words.json") : url, ...rest)
  }

  /* The script puts each copy button into a landmark of its own: they need names that differ */
  new MutationObserver(() => document.querySelectorAll("nav.md-code__nav:not([aria-label])").forEach(nav => {
    nav.ariaLabel = `Code ${document.querySelectorAll("nav.md-code__nav[aria-label]").length + 1}`
  })).observe(document.body, { childList: true, subtree: true })

  /* Words that were looked for are marked where a word begins, and a phrase as a whole; the script would mark "not" in
     "nothing", and each "the" of a phrase, so it is not told of them */
  const sought = new URL(location).searchParams.get("h")
  const tell = words => { // by the address; where a reader has gone meanwhile stays in it
    const address = new URL(location)
    if (words) address.searchParams.set("h", words)
    else address.searchParams.delete("h")
    history.replaceState(history.state, "", address)
  }
  function mark() {
    const before = "(?<![\\p{sc=Latin}\\p{sc=Greek}\\p{sc=Cyrillic}\\p{N}])" // others write words without spaces
    const terms = sought.match(/"[^"]+"|[^\s"]+/g)?.map(term => {
      const [text] = term.match(/[^"]+/)
      const literal = text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+")
      return /^[\p{L}\p{N}]/u.test(text) ? before + literal : literal
    })
    if (!terms) return
    const pattern = new RegExp(terms.join("|"), "giu")
    const plain = sign => {
      const [base, ...marks] = sign.normalize("NFD")
      return /^\p{M}*$/u.test(marks.join("")) ? base : sign // so each sign keeps its place: "Café" is found by "cafe"
    }
    const walker = document.createTreeWalker(document.querySelector(".md-content"), NodeFilter.SHOW_TEXT)
    const nodes = []
    while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("svg, script, style, textarea, select")) nodes.push(walker.currentNode)
    for (const node of nodes) {
      const text = Array.from(node.data, plain).join("")
      if (text.length !== node.data.length) continue
      for (const found of [...text.matchAll(pattern)].reverse()) {
        const range = document.createRange()
        range.setStart(node, found.index)
        range.setEnd(node, found.index + found[0].length)
        range.surroundContents(document.createElement("mark"))
      }
    }
  }
  if (sought) tell()

  /* Ctrl-K opens search, Escape closes the menu; who leaves search is where they were */
  const drawer = document.getElementById("__drawer")
  let left
  addEventListener("keydown", event => {
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      document.forms.search.query.focus()
    } else if (event.key === "Escape" && drawer.checked) drawer.click()
  })
  addEventListener("focusin", ({ target, relatedTarget }) => {
    if (target.name === "query") left = relatedTarget
  })
  toggle.addEventListener("change", () => toggle.checked || setTimeout(() => document.activeElement === document.body && left?.focus()))

  /* Copy link: the address of the page, in the place of a visit to it */
  document.querySelector("[data-copy]")?.addEventListener("click", event => {
    event.preventDefault()
    const link = event.currentTarget
    navigator.clipboard.writeText(link.href).then(() => link.textContent = "Copied", () => location.assign(link.href))
  })

  /* What a link leads to may be folded: not every browser unfolds it by itself */
  const unfold = () => {
    const target = document.querySelector(":target")
    const folded = target?.closest("details:not([open])")
    if (folded) folded.open = true, target.scrollIntoView()
  }
  addEventListener("hashchange", unfold)
  unfold()

  /* What stands behind a checked number or sentence: its script comes with the first that is pointed at or tapped */
  const kinds = ["pointerover", "focusin", "click"]
  const point = event => {
    const link = event.target?.closest?.("a.num, a.tick")
    if (!link) return
    if (event.pointerType === "touch" && event.type === "click") {
      event.preventDefault()
      window.__tapped = link
    }
    if (window.__pointed) return
    window.__pointed = link
    const script = Object.assign(document.createElement("script"), { src: at("evidence.js") })
    script.onload = script.onerror = ({ type }) => {
      for (const kind of kinds) removeEventListener(kind, point)
      if (type === "error" && window.__tapped) location.assign(__tapped.href) // as without a script
    }
    document.head.append(script)
  }
  for (const kind of kinds) addEventListener(kind, point)
  point({ target: document.querySelector("a:is(.num, .tick):hover") ?? document.activeElement })

  const start = () => {
    const data = Object.assign(document.createElement("script"), { id: "__config", type: "application/json" })
    data.textContent = JSON.stringify({ ...config, base: at("..").href })
    /* The rules were asked for together with this script; lost, they are asked for again, for a minute */
    const again = (wait = 500) => {
      const href = at(document.querySelector("style[data-late]").dataset.late) // hooks/writing/css/stylesheet.py
      const link = document.head.appendChild(Object.assign(document.createElement("link"), { rel: "stylesheet", href }))
      link.onload = () => document.documentElement.classList.remove("early")
      link.onerror = () => {
        link.remove()
        if (wait < 64_000) setTimeout(again, wait, 2 * wait)
      }
      return link
    }
    const asked = document.querySelector("link[rel=stylesheet]")
    asked?.addEventListener("error", () => again())
    const sheet = asked ?? again()
    const [script, sorter] = [bundle, "table.js"].map(path => Object.assign(document.createElement("script"), { src: at(path) }))
    /* The script looks for these as it is read; nobody should see them without their stylesheet */
    const added = Object.entries(parts).map(([place, html]) => {
      const parent = document.querySelector(place)
      parent.insertAdjacentHTML("beforeend", html)
      return Object.assign(parent.lastElementChild, { hidden: true })
    })
    Promise.all([sheet, script].map(part => new Promise(done => part.sheet ? done() : ["load", "error"].map(kind => part.addEventListener(kind, done))))).then(() => {
      for (const part of added) part.hidden = false
      const wrapped = document.querySelectorAll(".md-typeset__table > table:not([class])")
      for (const table of wrapped) table.className = "wrapped" // or the theme would wrap it once more
      const { query } = document.forms.search
      const keys = window.__late()
      const escaped = keys.at(-1)?.key === "Escape"
      const searching = !escaped && (toggle.checked || document.activeElement === query)
      document.dispatchEvent(new Event("DOMContentLoaded"))
      if (sought) tell(sought), mark()
      for (const table of wrapped) table.removeAttribute("class")

      if (document.querySelector(".sortable")) document.head.append(sorter)

      /* The script that turns figures comes when one of them is near */
      const near = new IntersectionObserver(seen => {
        if (!seen.some(one => one.isIntersecting)) return
        near.disconnect()
        document.head.append(Object.assign(document.createElement("script"), { src: at("explore.js") }))
      }, { rootMargin: "100%" })
      const asked = new URLSearchParams(location.search)
      for (const figure of document.querySelectorAll("[data-explore]")) {
        near.observe(figure)
        if (asked.has(figure.dataset.explore.split(".")[1]) && !scrollY) figure.scrollIntoView() // its state was sent
      }

      /* What the reader did meanwhile */
      for (const key of keys) if (!key.defaultPrevented) key.target.dispatchEvent(new KeyboardEvent("keydown", key))
      document.querySelector("[data-md-component=palette] :checked")?.dispatchEvent(new Event("change"))
      /* The script closes the search once after it starts; who is typing wants it open, until they leave it */
      const open = () => {
        if (!toggle.checked) toggle.click()
        query.focus()
      }
      if (searching) open()
      const stay = new AbortController()
      if (escaped) stay.abort()
      const { signal } = stay
      toggle.addEventListener("change", () => setTimeout(() => signal.aborted || toggle.checked || open()), { signal })
      addEventListener("pointerdown", () => stay.abort(), { signal, capture: true })
      addEventListener("keydown", ({ key }) => /^(Escape|Enter|Tab)$/.test(key) && stay.abort(), { signal, capture: true })
    })
    document.body.append(data, script)
  }
  if (document.readyState === "loading") document.addEventListener("readystatechange", start, { once: true })
  else start()
})()
