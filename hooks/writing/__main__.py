"""`python -m writing`, without MkDocs.

`check docs`: headers, numbers, sentences. `fix docs`: quoted numbers as recorded. `rename docs OLD NEW`: a post.
`finish SITE`: a site that any generator built is checked, and gets what this site's hooks would have added.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from writing.build import PluginError
from writing.converting import body, converter, settings
from writing.evidence.check import report
from writing.evidence.quotes import fixed, rewritten
from writing.evidence.rendered import read, suspected
from writing.evidence.results import parted
from writing.posts import header, page_header
from writing.renaming import rename
from writing.standalone.finish import finish


def categories(config: Path) -> tuple[str, ...]:
    """The categories that mkdocs.yml allows."""
    for plugin in settings(config).get("plugins") or []:
        if isinstance(plugin, dict) and "blog" in plugin:
            return tuple((plugin["blog"] or {}).get("categories_allowed") or ())
    return ()


def prepared(docs: Path, config: Path) -> Iterator[str]:
    """A line for each header that is wrong, and for each lab that is not as it was recorded."""
    posts = {path.relative_to(docs).as_posix(): path.read_bytes() for path in sorted(docs.glob("posts/*.m*d*"))}
    labs = sorted(path.parent for path in docs.glob("labs/*/__init__.py"))
    yield from header.faults(posts, categories(config), tuple(lab.name for lab in labs))
    yield from header.misnamed(posts)
    pages = {path.relative_to(docs).as_posix(): path.read_bytes() for path in sorted(docs.rglob("*.md"))}
    yield from page_header.faults({name: text for name, text in pages.items() if name not in posts})
    for lab in labs:
        try:
            yield from parted(lab, docs / "figures" / lab.name.replace("_", "-"))
        except ValueError as error:
            yield str(error)


def checked(docs: Path, config: Path) -> Iterator[str]:
    """A line `path:line: what is wrong` for each fault of the Markdown below `docs`, drafts included."""
    yield from prepared(docs, config)
    convert = converter(config)
    for path in sorted(docs.rglob("*.md")):
        name, source = path.relative_to(docs).as_posix(), path.read_bytes().decode("utf-8", "replace")
        try:
            html = convert(body(source))
        except Exception as error:  # whatever an extension raises: the author needs the file's name
            yield f"{name}:1: cannot be converted ({type(error).__name__}: {error})"
            continue
        if suspected(html):
            yield from report(read(html, docs / "labs"), {name: source})


def fix(docs: Path) -> Iterator[str]:
    """Rewrite the quoted numbers that a lab has changed; a line with old and new for each."""
    for path in sorted(docs.rglob("*.md")):
        source = path.read_text(encoding="utf-8")
        for quote, new in rewritten(source, docs / "labs"):
            line = source.count("\n", 0, quote.start) + 1
            yield f"{path.relative_to(docs).as_posix()}:{line}: {quote.text} -> {new}"
        if (right := fixed(source, docs / "labs")) != source:
            path.write_text(right, encoding="utf-8", newline="\n")


def main(argv: list[str] | None = None) -> int:
    """Entry point of `python -m writing`; 1 if something is wrong."""
    parser = argparse.ArgumentParser("python -m writing", description=__doc__)
    parser.add_argument("command", choices=["check", "fix", "finish", "rename"])
    parser.add_argument("folder", nargs="?", default="docs", type=Path)
    parser.add_argument("names", nargs="*", metavar="OLD NEW", help="of rename: the slug of a post, and its new one")
    parser.add_argument("-f", "--config-file", default="mkdocs.yml", type=Path)
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "fix":
            print("\n".join(fix(arguments.folder)) or "every quoted number is as recorded")
            print("Read the sentences around them again.")
        if arguments.command == "rename":
            if len(arguments.names) != 2:
                raise ValueError("name two slugs: make rename OLD=my-post NEW=our-post")
            print("\n".join(rename(arguments.folder.resolve().parent, *arguments.names)))
            print("Now: make check. The old address leads to the new one once the site is published.")
        if arguments.command == "finish":
            docs = arguments.config_file.parent / (settings(arguments.config_file).get("docs_dir") or "docs")
            if lines := list(prepared(docs, arguments.config_file)):
                raise ValueError("\n".join(lines))
            print(finish(arguments.folder, arguments.config_file))
            return 0
        lines = list(checked(arguments.folder, arguments.config_file))
    except (OSError, ValueError, PluginError) as error:
        lines = [str(error)]
    print("\n".join(lines) or f"{arguments.folder}: headers, numbers and sentences are right")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
