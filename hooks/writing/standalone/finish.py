"""Finishes a built site: `finish(folder, mkdocs.yml)`. Everything is checked first; then everything is written."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from writing.build import PluginError
from writing.css.names import page_words, tags
from writing.css.rules import ACTED
from writing.css.sheets import ASSETS, whole
from writing.css.stylesheet import made, named, script_names
from writing.outputs import cards, copies, redirects
from writing.posts.targets import line, targets
from writing.standalone import links
from writing.standalone.pages import SHEET, put_labs, put_listings, put_posts, put_rest
from writing.standalone.site import Site

FEEDS = ("feed.xml", "feed.json", "llms.txt", "robots.txt")
USELESS = ("assets/late.js", "assets/search.js", "assets/words.json", "assets/card.ttf", "assets/card-licence.txt")


def look_up(site: Site) -> None:
    """Look up every link, image and id. Raises PluginError with the line of each that leads nowhere."""
    made = {f"{post.url}index.md" for post in site.posts} | {"assets/cards/site.png", SHEET, *FEEDS, "sitemap.xml"}
    made |= {f"assets/cards/{post.config.slug}.png" for post in site.posts}

    def exists(name: str) -> bool:
        kept = name not in USELESS and not name.startswith(site.left_out())
        return name in made or (kept and (site.folder / name).is_file())

    said = []
    for name, address, what in links.faults(site.pages, exists, site.config.site_url):
        source = site.source_of(name)
        text = site.text_of(source) if source else ""
        last = address.rstrip("/").rpartition("#" if "#" in address else "/")[2]
        said.append(f"{source}:{line(text, address)}: {what}" if last in text else f"{name}:1: {what}")
    for name, html in site.pages.items():
        for kind, address in targets(html):
            if kind == "shown" and address.startswith(("http:", "https:", "//")):
                said.append(f"{site.source_of(name) or name}:1: {address} is on another host, which no page may ask")
    if said:
        raise PluginError("\n".join(["A page leads to what readers will not get:", *dict.fromkeys(said)]))


def stylesheet(site: Site) -> str:
    """The one stylesheet: of those that pages linked, the rules that pages or the generator's scripts can use."""
    found = {tag for html in site.pages.values() for tag in tags(html)}
    names = page_words(found) | {"open", "js"} | ACTED | script_names(site.folder, "assets/**/*.js")
    texts = {sheet: (site.folder / sheet).read_text(encoding="utf-8") for sheet in site.sheets}
    return made(whole, texts, names).replace(ASSETS, "")


def write(site: Site) -> None:
    """Write pages, stylesheet, feeds, sitemap, cards and copies; remove what is left out or replaced."""
    css = stylesheet(site)
    name = f"assets/{named('site', css)}"
    texts = {path: html.replace(f'{SHEET}">', f'{name}">', 1) for path, html in site.pages.items()}
    texts |= {feed: site.templates.whole(feed) for feed in FEEDS}
    listed = [SimpleNamespace(page=shown) for shown in sorted(site.listed, key=lambda shown: shown.url)]
    texts[name] = css
    texts["sitemap.xml"] = site.templates.whole("sitemap.xml", pages=listed)
    copies.make(site.config, site.files)
    redirects.make(site.config, site.files)
    gone = [site.folder / path for path in (*USELESS, *site.sheets, *(site.built.keys() - site.pages.keys()))]
    paths = [(path, path.relative_to(site.folder).as_posix()) for path in site.folder.rglob("*") if path.is_file()]
    for path in [*gone, *(path for path, below in paths if below.startswith(site.left_out()))]:
        path.unlink(missing_ok=True)
    for path, text in texts.items():
        target = site.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    for put in (copies.write, redirects.write, cards.write):
        put(site.config)


def finish(folder: Path, config_file: Path) -> str:
    """Check and finish the site in `folder`; what was done, in a line.

    Raises PluginError with a line for each fault; nothing has been written then.
    """
    if not folder.is_dir():
        raise PluginError(f"{folder}: is no folder; name the one that the generator wrote")
    site = Site(folder, config_file)
    site.compare()
    for step in (put_posts, put_listings, put_rest, put_labs, look_up, write):
        step(site)
    return f"{folder}: {len(site.pages)} pages are right and finished, {len(site.posts)} posts among them"
