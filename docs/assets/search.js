/* The worker behind the theme's search: reads the index as it is and builds nothing, so that it is ready at once. */
const [READY, QUERY, RESULT] = [1, 2, 3]
const ALNUM = "[\\p{L}\\p{N}]"
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u
const END = "(?:ies|ied|ings?|ed|es|[sey])"
const KINDS = [/^posts\//, /^(?!labs\/)/, /^/] // which come first: posts, then other pages, then labs
const fold = text => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "") // "Café" is found by "cafe"

/* The index; one that is lost on its way is asked for again, after half a second, a second, and so on for a minute */
async function read(wait = 500) {
  try {
    return await (await fetch(new URL("../search/search_index.json", location))).json()
  } catch (lost) {
    if (wait > 32_000) throw lost
    await new Promise(done => setTimeout(done, wait))
    return read(2 * wait)
  }
}

const index = read().then(({ docs }) => {
  let article
  const kept = docs.filter(({ location }) => !/^(tags|category|archive|page)\//.test(location))
  for (const doc of kept) {
    article = doc.location.includes("#") && article ? article : doc
    doc.article = article
    doc.kind = KINDS.findIndex(kind => kind.test(doc.location))
  }
  postMessage({ type: READY })
  return kept
})

/* A pattern for folded letters in text that has its accents, which stand as marks behind their letters */
const literal = text => [...text].map((sign, i) =>
  /\s/.test(sign) ? "\\s+" : i && /\p{Pd}/u.test(sign) ? "[\\p{Pd}\\s]?"
  : sign.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&") + (/\p{L}/u.test(sign) ? "\\p{M}*" : "")).join("")

/* One word or "phrase" as it is looked for. A word stands for all that begin with it and for its other endings: "retry"
   for retries and retried, not for retrieval. Digits and signs stand for themselves: -9, c++, --strict, 3.12 */
function term(text, phrase = false) {
  const bare = phrase || text.length < 5 || /[^\p{L}]/u.test(text) ? text : text.replace(new RegExp(`${END}$`), "")
  const stem = bare === text ? text : bare.replace(/([bdgmnprt])\1$/, "$1")
  const before = UNSPACED.test(text) || !/^[\p{L}\p{N}]/u.test(text) ? /^-/.test(text) ? `(?<!${ALNUM}|-)` : "" : `(?<!${ALNUM}\\p{M}*)`
  const more = UNSPACED.test(text) || /[^\p{L}\p{N}]$/u.test(text) ? "" : /\p{N}$/u.test(text) ? `(?!${ALNUM})` : `${ALNUM}*`
  const twice = /[bdgmnprt]$/.test(stem) ? `${stem.at(-1)}?` : "" // embed, embeddings
  const other = stem === text ? "" : `|${literal(stem)}(?:${twice}${END})?(?!${ALNUM})`
  return { text, phrase, stem, pattern: new RegExp(`${before}(?:${literal(text)}${more}${other})`, "giu") }
}

/* What a reader typed, as terms; punctuation around a word is none of it */
const terms = query => [...fold(query).matchAll(/"([^"]+)"|[^\s"]+/g)].flatMap(([word, phrase]) => {
  const text = (phrase ?? word.replace(/^[('“‘,;:!?…]+|[)'”’.,;:!?…]+$/gu, "")).trim()
  return text ? term(text, Boolean(phrase)) : []
})

/* A section with its fields, as they are and folded */
function split(doc) {
  doc.fields ??= [doc.title, (doc.tags ?? []).join(" "), doc.text].map(text => text.normalize("NFD"))
  doc.low ??= doc.fields.map(fold)
  return doc
}

/* How a section writes a term, for its page to mark: as it was typed, if words there begin so; else in its first form */
function written(doc, { text, phrase, pattern }) {
  if (phrase) return `"${text}"`
  const forms = (`${doc.title}\n${doc.text}`.normalize("NFD").match(pattern) ?? [text]).map(fold)
  return forms.some(form => form.startsWith(text)) ? text : forms[0]
}

/* How often each field has a term; title and tags count more, the word itself more than its other endings, what a
   section of great length has, as the map of agents, less */
function weigh(doc, { text, stem, pattern }) {
  split(doc)
  const [part] = stem.match(/^[\p{L}\p{N}]+|^\S+/u)
  return doc.low.reduce((sum, low, field) => {
    const found = low.includes(part) && doc.fields[field].match(pattern)
    if (!found) return sum
    const exact = found.some(one => fold(one) === text) ? 2 : 1
    return sum + exact * (field < 2 ? 12 : (1 + Math.log(found.length)) / Math.max(1, low.length / 4000) ** 0.25)
  }, 0)
}

/* Plain text as HTML, with the words marked */
function mark(text, words) {
  const marked = words.reduce((text, { pattern }) => text.replace(pattern, "\u0001$&\u0002"), text.normalize("NFD"))
  const escaped = marked.normalize("NFC").replaceAll("&", "&amp;").replaceAll("<", "&lt;")
  return escaped.replaceAll("\u0001", "<mark>").replaceAll("\u0002", "</mark>")
}

/* The line with the most terms, around the first of them */
function teaser(text, words) {
  const count = line => words.filter(({ pattern }) => line.search(pattern) >= 0).length
  const best = text.normalize("NFD").split("\n").reduce((a, b) => count(b) > count(a) ? b : a, "")
  if (!best) return ""
  const first = Math.max(0, Math.min(...words.map(({ pattern }) => best.search(pattern)).filter(place => place >= 0)))
  const from = first < 120 ? 0 : best.lastIndexOf(" ", first - 60) + 1
  const to = best.length - from < 360 ? best.length : Math.max(best.lastIndexOf(" ", from + 320), first + 60)
  return `<p>${from ? "…" : ""}${mark(best.slice(from, to), words)}${to < best.length ? " …" : ""}</p>`
}

/* Whether two words differ by one letter: another one, one more, one less, or two that changed places */
function near(a, b) {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false
  let from = 0
  while (a[from] === b[from] && from < a.length) from++
  const [x, y] = [a.slice(from), b.slice(from)]
  return x.slice(1) === y.slice(1) || x === y.slice(1) || x.slice(1) === y
    || x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2)
}

/* In how many sections each word of the posts and pages stands */
let counts
function known(docs) {
  if (counts) return counts
  counts = new Map()
  for (const doc of docs.filter(({ kind }) => kind < 2)) {
    const words = new Set(split(doc).low.join(" ").match(/\p{L}{3,}/gu))
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

/* Two words as they stand apart, with a hyphen or a space */
const apart = (one, other) => new RegExp(`(?<!${ALNUM})${literal(one)}[\\p{Pd}\\s]+${literal(other)}`, "iu")

/* A word that posts and pages write as two: "multiagent" */
function parted(docs, { text }) {
  if (text.length < 6 || /[^\p{L}]/u.test(text)) return ""
  const splits = [...text].map((_, at) => [text.slice(0, at), text.slice(at)]).slice(3, -2)
  const stands = pattern => docs.some(doc => split(doc).fields.some(field => pattern.test(field)))
  const two = splits.find(([one, other]) => known(docs).has(one) && stands(apart(one, other)))
  return two ? two.join("-") : ""
}

/* The word of the site that a reader may have meant: one letter away, in most sections; with an `end`, that end and one
   letter more. Or the word without its signs */
function meant(docs, { text }, end = "") {
  const plain = text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")
  if (plain !== text) return plain.length > 2 ? plain : ""
  if (text.length < 5 || /[^\p{L}]/u.test(text)) return ""
  let best = ""
  for (const [word, times] of known(docs)) {
    const may = word[0] === text[0] && (!end || word.endsWith(end) && word.length > text.length)
    if (may && near(text, word) && times > (known(docs).get(best) ?? 0)) best = word
  }
  return best
}

/* What is looked for instead of a word: of one that is nowhere, or is a typing error that has the stem of another word,
   as "reding" is none of "red" */
function better(docs, word, found) {
  const two = docs.some(({ kind }, i) => kind < 2 && found[i]) ? "" : parted(docs, word)
  if (two || !found.some(Boolean)) return two || meant(docs, word)
  const [, end] = word.text.match(/[^aeiou][aeiou][bdgmnprt](ings?|ed)$/) ?? []
  const right = !end || known(docs).has(`${word.stem}e`) || docs.some(doc => split(doc).low.join(" ").includes(word.text))
  return right ? "" : meant(docs, word, end)
}

/* The terms, with two words as one that the site writes so more often: "i cloud" */
function joined(docs, words) {
  const made = []
  for (const word of words) {
    const last = made.at(-1) ?? word
    const one = made.length && last.text !== "a" ? last.text + word.text : ""
    const two = apart(last.text, word.text)
    const many = one.length > 5 && known(docs).get(one)
    if (!many || docs.filter(doc => two.test(split(doc).fields.join("\n"))).length >= many) made.push(word)
    else made.splice(-1, 1, { ...term(`${last.text}-${word.text}`), text: one })
  }
  return made
}

function search(docs, query) {
  const words = joined(docs, terms(query))
  const weights = words.map(word => docs.map(doc => weigh(doc, word)))
  const instead = words.map((word, i) => {
    const other = better(docs, word, weights[i])
    if (!other) return word.text
    words[i] = term(other)
    weights[i] = docs.map(doc => weigh(doc, words[i]))
    return other
  })
  const changed = instead.join(" ") !== terms(query).map(({ text }) => text).join(" ")
  const rare = weights.map(list => Math.log(1 + docs.length / (1 + list.filter(Boolean).length)))
  const whole = words.length > 1 && term(words.map(({ text }) => text).join(" "), true)
  const articles = new Map()
  docs.forEach((doc, at) => {
    const found = weights.map(list => Boolean(list[at]))
    const hits = found.filter(Boolean).length
    if (!hits) return
    const close = whole && hits === words.length && weigh(doc, whole) ? 2 : 1 // the words as they were typed
    const score = close * weights.reduce((sum, list, i) => sum + list[at] * rare[i], 0) * (hits / words.length) ** 2
    articles.set(doc.article, [...articles.get(doc.article) ?? [], { doc, score, found }])
  })
  const items = [...articles].map(([article, sections]) => {
    const all = words.filter((_, i) => sections.some(({ found }) => found[i])).length
    sections.sort((a, b) => b.score - a.score)
    const own = sections.find(({ doc }) => doc === article)
    const shown = sections.map(({ doc, score, found }) => ({
      location: doc.location,
      title: mark(doc.title, words),
      text: teaser(doc.text, words),
      score,
      terms: Object.fromEntries(words.map((word, i) => [found[i] ? written(doc, word) : word.text, found[i]]))
    }))
    /* The theme heads a group with the item whose address has no #, or with the last one: where a section is the best
       hit, the title leads to that section */
    if (sections[0] !== own) {
      const head = { ...shown[0], title: mark(article.title, words), text: "" }
      if (own) shown.splice(sections.indexOf(own), 1)
      shown.push(head)
    }
    const score = sections[0].score + 0.2 * sections.slice(1).reduce((sum, one) => sum + one.score, 0)
    return { shown, all, kind: article.kind, score }
  })
  items.sort((a, b) => b.all - a.all || a.kind - b.kind || b.score - a.score)
  /* Enter opens what has the best score, which must be what comes first; within a page they keep their proportions */
  items.forEach(({ shown }, turn) => {
    const best = Math.max(...shown.map(({ score }) => score))
    for (const one of shown) one.score = items.length - turn + one.score / best / 2
  })
  return { items: items.map(({ shown }) => shown), instead: changed ? instead.join(" ") : "" }
}

addEventListener("message", async ({ data: { type, data } }) => {
  if (type !== QUERY) return
  const docs = await index
  postMessage({ type: RESULT, data: search(docs, data) })
})
