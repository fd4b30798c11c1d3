/* The worker behind the theme's search: reads the index as it is and builds nothing, so that it is ready at once. */
const [READY, QUERY, RESULT] = [1, 2, 3]
const LETTER = "[\\p{L}\\p{N}]"
const END = "(?:ies|ied|ings?|ed|es|[sey])"
const index = fetch(new URL("../search/search_index.json", location)).then(answer => answer.json()).then(({ docs }) => {
  let article
  for (const doc of docs) {
    article = doc.location.includes("#") && article ? article : doc
    doc.article = article
  }
  postMessage({ type: READY })
  return docs
})

/* What a reader typed, as words or "phrases". A word stands for all that begin with it and for its other endings:
   "retry" for retries and retried, but not for retrieval; caches, cached and caching for one another */
function terms(query) {
  return [...query.toLowerCase().matchAll(/"([^"]+)"|[^\s"]+/g)].map(([word, phrase]) => {
    const text = (phrase ?? word).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")
    const bare = phrase || text.length < 5 ? text : text.replace(new RegExp(`${END}$`), "")
    const stem = bare === text ? text : bare.replace(/([bdgmnprt])\1$/, "$1")
    const [whole, other] = [text, stem].map(part => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"))
    const pattern = `(?<!${LETTER})(?:${whole}${LETTER}*|${other}${stem === text ? "" : `${END}?`}(?!${LETTER}))`
    return { text, stem, pattern: new RegExp(pattern, "giu") }
  }).filter(term => term.text)
}

/* How often each field has a term; title and tags count more, the word itself more than its stem */
function weigh(doc, { text, stem, pattern }) {
  doc.low ??= [doc.title, (doc.tags ?? []).join(" "), doc.text].map(text => text.toLowerCase())
  return doc.low.reduce((sum, low, field) => {
    if (!low.includes(stem.split(" ")[0])) return sum
    const found = low.match(pattern)
    if (!found) return sum
    const exact = found.includes(text) ? 2 : 1
    return sum + exact * (field < 2 ? 12 : 1 + Math.log(found.length))
  }, 0)
}

/* Plain text as HTML, with the words marked */
function mark(text, words) {
  const marked = words.reduce((text, { pattern }) => text.replace(pattern, "\u0001$&\u0002"), text)
  const escaped = marked.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
  return escaped.replaceAll("\u0001", "<mark>").replaceAll("\u0002", "</mark>")
}

/* The line with the most terms, around the first of them */
function teaser(text, words) {
  const count = line => words.filter(({ pattern }) => line.search(pattern) >= 0).length
  const best = text.split("\n").reduce((a, b) => count(b) > count(a) ? b : a, "")
  if (!best) return ""
  const first = Math.max(0, Math.min(...words.map(({ pattern }) => best.search(pattern)).filter(place => place >= 0)))
  const from = first < 120 ? 0 : best.lastIndexOf(" ", first - 60) + 1
  const to = best.length - from < 360 ? best.length : Math.max(best.lastIndexOf(" ", from + 320), first + 60)
  return `<p>${from ? "…" : ""}${mark(best.slice(from, to), words)}${to < best.length ? " …" : ""}</p>`
}

function search(docs, query) {
  const words = terms(query)
  const weights = docs.map(doc => words.map(word => weigh(doc, word)))
  const rare = words.map((_, i) => Math.log(1 + docs.length / (1 + weights.filter(weight => weight[i]).length)))
  const articles = new Map()
  docs.forEach((doc, at) => {
    const hits = weights[at].filter(Boolean).length
    if (!hits) return
    const score = weights[at].reduce((sum, weight, i) => sum + weight * rare[i], 0) * (hits / words.length) ** 2
    const item = { doc, score, found: weights[at].map(Boolean) }
    articles.set(doc.article, [...articles.get(doc.article) ?? [], item])
  })
  return [...articles].map(([article, items]) => {
    const found = words.map((_, i) => items.some(item => item.found[i]))
    const bonus = (found.filter(Boolean).length / words.length) ** 2
    if (!items.some(({ doc }) => doc === article)) items.push({ doc: article, score: 0, found: [] })
    return items.map(item => ({
      location: item.doc.location,
      title: mark(item.doc.title, words),
      text: item.score ? teaser(item.doc.text, words) : "",
      score: item.score * (1 + bonus),
      terms: Object.fromEntries(item.score ? words.map((word, i) => [word.text, item.found[i]]) : [])
    })).sort((a, b) => b.score - a.score)
  }).sort((a, b) => b[0].score - a[0].score)
}

addEventListener("message", async ({ data: { type, data } }) => {
  if (type !== QUERY) return
  const docs = await index
  postMessage({ type: RESULT, data: { items: search(docs, data) } })
})
