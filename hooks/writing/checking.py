"""What `python -m writing check` looks at: headers, labs, and each page as its Markdown converts, without building."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pymdownx.snippets import SnippetMissingError

from writing.addresses import own_domain
from writing.checking_links import Converted, hidden, left_out, links
from writing.converting import body, categories, configs, converter, included, settings
from writing.evidence import lab_page
from writing.evidence.check import report
from writing.evidence.rendered import read, suspected
from writing.evidence.results import parted, unrecorded
from writing.html import missing
from writing.posts import drafts, header, inclusions, page_header, public


def files(docs: Path, named: str) -> dict[str, Path]:
    """The files of such a name below `docs`, also where the folder of the posts is a link; an editor's copy is none."""
    paths = sorted({*docs.rglob(named), *docs.glob(f"posts/**/{named}")})
    found = {path.relative_to(docs).as_posix(): path for path in paths if path.is_file() or path.is_symlink()}
    return {name: path for name, path in found.items() if not public.COPY.search(path.name)}


def sources(docs: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The posts and the other pages below `docs`, path -> bytes."""
    found = files(docs, "*.md") | files(docs, "*.markdown")
    texts = {name: path.read_bytes() for name, path in found.items()}
    posts = {name: text for name, text in texts.items() if name.startswith("posts/")}
    return posts, {name: text for name, text in texts.items() if name not in posts}


def prepared(docs: Path, config: Path) -> Iterator[str]:
    """A line for each header that is wrong, and for each lab that is not as it was recorded."""
    posts, pages = sources(docs)
    named = files(docs, "*.m*")
    out = left_out(docs, settings(config), list(named))
    both = ({name: text for name, text in part.items() if out.get(name) != drafts.OUT} for part in (posts, pages))
    shown, pages = both
    yield from public.linked_out(docs, config.parent)
    yield from public.misnamed(name for name in named if out.get(name) != drafts.OUT)
    labs = sorted(path.parent for path in docs.glob("labs/*/__init__.py"))
    yield from header.faults(shown, categories(config), tuple(lab.name for lab in labs))
    yield from header.misnamed(shown)
    yield from page_header.faults(pages)
    try:
        own_domain(docs)
    except ValueError as error:
        yield str(error)
    for lab in labs:
        post = f"posts/{lab.name.replace('_', '-')}.md"
        named = post if post in posts else f"labs/{lab.name}/__init__.py"
        if said := unrecorded(lab, named, posts.get(post, b"").decode("utf-8", "replace")):
            yield said
            continue
        try:
            yield from parted(lab, docs / "figures" / lab.name.replace("_", "-"))
        except ValueError as error:
            yield str(error)


def checked(docs: Path, config: Path) -> Iterator[str]:
    """A line `path:line: what is wrong` for each fault of headers, labs, and the Markdown below `docs`, drafts too."""
    yield from prepared(docs, config)
    convert, pages = converter(config, marked=True), dict[str, Converted]()
    out = left_out(docs, settings(config), [name for part in sources(docs) for name in part])
    secret = hidden(out)
    yield from drafts.in_nav(settings(config).get("nav"), config, secret)
    unseen = out.keys() | {f"labs/{name.removeprefix('posts/')}" for name in secret}
    snippets = configs(settings(config), config).get("pymdownx.snippets")
    for name, path, source in [page for page in written(docs) if out.get(page[0]) != drafts.OUT]:
        try:
            page = pages[name] = Converted(convert(body(source)), path, (docs / path).read_text("utf-8", "replace"))
            if name not in unseen:
                taken = inclusions.taken(page.html, source, page.text, snippets, docs, secret)
                yield from (f"{path}:{why}" for why in taken)
        except SnippetMissingError as error:
            yield included(error, path, source)
        except Exception as error:  # whatever an extension raises: the author needs the file's name
            yield f"{path}:1: cannot be converted ({type(error).__name__}: {error}); undo the last change there"
    for page in pages.values():
        if suspected(page.html):
            yield from report(read(page.html, docs / "labs"), {page.path: page.text})
        if missing.suspected(page.html):
            yield from (f"{page.path}:{said}" for said in missing.faults(page.html, page.text, docs / "figures"))
        if page.path.startswith("posts/") and page.path not in out and missing.nothing(page.html):
            yield f"{page.path}:{missing.NOTHING}"
    yield from links(docs, settings(config), pages)


def written(docs: Path) -> Iterator[tuple[str, str, str]]:
    """Each page below `docs`, its author's file and its Markdown; notes as part of the page of their lab."""
    posts, pages = sources(docs)
    texts = {name: text.decode("utf-8", "replace") for name, text in (posts | pages).items()}
    for folder in sorted(path.parent for path in docs.glob("labs/*/results.json")):
        slug, lab = folder.name.replace("_", "-"), f"labs/{folder.name}"
        if f"posts/{slug}.md" in posts:
            notes = texts.pop(f"{lab}/notes.md", "")
            with suppress(ValueError):  # said by `prepared`
                yield (
                    f"labs/{slug}.md",
                    f"{lab}/{'notes.md' if notes else '__init__.py'}",
                    lab_page.page(folder, slug, notes),
                )
    yield from ((name, name, text) for name, text in texts.items())
