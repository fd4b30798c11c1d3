"""Makes the finished pages of a site: the generator's frame and content, rendered by the blocks of overrides/."""

from __future__ import annotations

import posixpath
from html import escape

from selectolax.lexbor import LexborHTMLParser

from writing.build import PluginError, line_with
from writing.converting import body
from writing.evidence import lab_list, lab_page
from writing.evidence.check import BOX, labs_from, measured, note, report
from writing.evidence.figure_links import link_figures
from writing.evidence.rendered import linked, read, suspected
from writing.html import figures, missing, tables
from writing.posts.front_page import heading
from writing.posts.header import header
from writing.posts.related import related
from writing.standalone import frame
from writing.standalone.site import HINT, Site
from writing.standalone.source import Page, listings, page
from writing.standalone.templates import relative

ARTICLE = (
    '<div class="md-content" data-md-component="content">'
    '<article class="md-content__inner md-typeset">{}</article></div>'
)
SHEET = "assets/site.css"  # in whose place the name of the finished stylesheet is put


def content(site: Site, html: str, shown: Page, source: str) -> str:
    """The HTML that a Markdown text became, with numbers linked, figures in pairs, tables and code in boxes."""
    reading = read(html, site.labs) if suspected(html) else None
    if reading and reading.faults:
        raise PluginError("\n".join([HINT, *report(reading, {source: site.text_of(source)})]))
    if shown.config and (lab := shown.meta.get("lab")):
        shown.meta["evidence"] = measured(site.labs / lab, reading.quotes if reading else [])
    if reading:
        note(site.build.quoted, reading.quotes)
        link_figures(reading.tree, site.labs, labs_from(shown.url), site.build.labs)
        html = linked(reading, site.labs, labs_from(shown.url), site.build.labs)
    if said := list(missing.faults(html, site.text_of(source), site.docs / "figures")):
        raise PluginError("\n".join(f"{source}:{text}" for text in said))
    try:
        return tables.boxed(figures.both(html, site.docs / "figures"))
    except ValueError as error:
        name, said = error.args
        raise PluginError(f"{source}:{line_with(site.text_of(source), name)}: {said}") from error


def put(site: Site, name: str, tree: LexborHTMLParser, shown: Page | None, html: str) -> None:
    """Keep a finished page under its name: the generator's frame, with this site's title, head, content and foot."""
    template = "blog-post.html" if shown and shown.config else "main.html"
    head = [site.templates.block(template, "htmltitle", shown)]
    if shown:
        words = " ".join(str(shown.meta.get("description") or site.config.site_description).split())
        head.append(f'<meta name="description" content="{escape(words)}">')
        head.append(f'<link rel="canonical" href="{escape(shown.canonical_url)}">')
        site.listed.append(shown)
    head.append(site.templates.block(template, "extrahead", shown))
    head.append(f'<link rel="stylesheet" href="{site.templates.address(SHEET, shown)}">')
    foot = site.templates.block("main.html", "footer", shown)
    site.pages[name] = frame.framed(tree, name, site.shapes, "\n".join(head), html, foot)


def put_posts(site: Site) -> None:
    """The posts: every content first, since a post names its neighbours."""
    posts, slugs = site.posts, {post.config.slug: post for post in site.posts}
    near = related({p.config.slug: (p.markdown, p.meta["tags"], p.config.categories) for p in posts})
    for i, post in enumerate(posts):
        name = post.file.dest_uri
        html = frame.written(frame.content_of(site.trees[name], name))
        post.content = content(site, html, post, post.file.src_uri)
        heads = LexborHTMLParser(post.content, is_fragment=True).css("h2[id]")
        words = [(node.attributes["id"], node.text().removesuffix("¶").strip()) for node in heads]
        words += [(BOX[1], BOX[0])] if post.meta.get("evidence") else []
        post.toc = [{"url": f"#{id}", "title": escape(title)} for id, title in words]
        post.meta["related"] = [{"title": slugs[s].title, "url": slugs[s].url} for s in near[post.config.slug]]
        post.previous_page = posts[i + 1] if i + 1 < len(posts) else None
        post.next_page = posts[i - 1] if i else None
    for post in posts:
        html = site.templates.block("blog-post.html", "content", post, tags=post.tags)
        put(site, post.file.dest_uri, site.trees[post.file.dest_uri], post, ARTICLE.format(html))


def put_listings(site: Site) -> None:
    """Front page, categories and years, each on one page: title, summary and a line of every post."""
    words = [str(site.config.extra.get(key) or "") for key in ("eyebrow", "tagline")]
    head = heading(words[0], words[1] or site.config.site_name, site.config.site_description)
    front = page(site.config, "index.md", "", site.config.site_name, {})
    front.posts, front.content = site.posts, site.convert(f"{head}\n{body(site.text_of('index.md'))}")
    for name, listing in {"index.html": front, **listings(site.config, site.posts)}.items():
        if name not in site.built:
            raise PluginError(f"{name}: is not in the site; a list of posts takes the place of the generator's")
        listing.content = listing.content or f"<h1>{escape(listing.title)}</h1>"
        html = site.templates.block("blog.html", "container", listing, posts=listing.posts)
        put(site, name, site.trees[name], listing, html)


def put_rest(site: Site) -> None:
    """Every other page as the generator wrote it, and 404.html with the words of its template."""
    html = ARTICLE.format(site.templates.block("404.html", "content", None))
    put(site, "404.html", site.trees["404.html"], None, html)
    turned = {name for name in site.built if "/page/" in f"/{name}"}  # what follows on the first page of a long list
    for name in sorted(site.built.keys() - site.pages.keys() - turned):
        source, tree = site.source_of(name), site.trees[name]
        if not source:
            raise PluginError(f"{name}:1: no file of docs/ became this page, and it is no list of posts")
        node, told = frame.content_of(tree, name), tree.css_first("head meta[name=description]")
        title = node.css_first("h1")
        words = title.text().removesuffix("¶").strip() if title else site.config.site_name
        meta = {"description": told.attributes.get("content")} if told else {}
        shown = page(site.config, source, name.removesuffix("index.html"), words, meta)
        shown.content = content(site, frame.written(node), shown, source)
        put(site, name, tree, shown, ARTICLE.format(site.templates.block("main.html", "content", shown)))


def put_labs(site: Site) -> None:
    """The page of each lab, and the list of them, in the frames of pages that lie as deep."""
    rows = []
    for post in [post for post in site.posts if post.meta.get("lab")]:
        folder = site.labs / post.meta["lab"]
        slug, notes = folder.name.replace("_", "-"), folder / "notes.md"
        text = lab_page.page(folder, post.title, notes.read_text("utf-8") if notes.exists() else "")
        shown = lab(
            site, text, f"labs/{slug}/", f"labs/{folder.name}/{'notes.md' if notes.exists() else '__init__.py'}"
        )
        quoted = site.build.quoted.get(folder.name, {})
        shown.content = lab_page.filled(shown.content, folder, quoted, site.config.repo_url)
        rows.append((slug, lab_page.question(folder), str(shown.meta["recorded"])))
        put_framed(site, shown, site.built[post.file.dest_uri])
    flat = next((html for name, html in site.built.items() if name.count("/") == 1), None)
    if flat is None:
        raise PluginError("the site has no page one folder deep, whose frame the list of labs needs")
    put_framed(site, lab(site, lab_list.markdown(rows), "labs/", "index.md"), flat)


def lab(site: Site, text: str, url: str, source: str) -> Page:
    """A page from Markdown that is in no file of docs/, its links and images as they are in the site."""
    meta, _ = header(text.encode())
    shown = page(site.config, "", url, str(meta["title"]), meta)
    tree = LexborHTMLParser(site.convert(body(text)), is_fragment=True)
    for node, name in [(n, "href") for n in tree.css("a[href]")] + [(n, "src") for n in tree.css("img[src]")]:
        path, mark, rest = (node.attributes[name] or "").partition("#")
        file = site.files.get_file_from_path(posixpath.normpath(posixpath.join("labs", path))) if path else None
        if file:
            node.attrs[name] = relative(file.url, url) + mark + rest
    shown.content = content(site, tree.html or "", shown, source)
    return shown


def put_framed(site: Site, shown: Page, html: str) -> None:
    """A finished page in the frame of another one, less what that says of itself."""
    tree = LexborHTMLParser(html)
    for node in tree.css(".md-nav--secondary, .md-sidebar--secondary"):
        node.decompose()
    put(site, shown.file.dest_uri, tree, shown, ARTICLE.format(site.templates.block("main.html", "content", shown)))
