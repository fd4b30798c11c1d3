"""`python -m writing`, without MkDocs.

`check docs`: headers, numbers, sentences, links, figures.
`fix docs`: quoted numbers as recorded; else it looks at headers and labs only.
`rename docs OLD NEW`: a post and all that names it.
`finish SITE`: a site that any generator built is checked, and gets what the hooks would have added.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from writing.build import PluginError
from writing.checking import checked, prepared, sources
from writing.converting import settings
from writing.evidence.quotes import fixed, rewritten
from writing.renaming import rename
from writing.standalone.finish import finish


def fix(docs: Path) -> Iterator[str]:
    """Rewrite the quoted numbers that a lab has changed, once all pages are read; a line with old and new for each."""
    texts = {name: text.decode("utf-8", "surrogateescape") for part in sources(docs) for name, text in part.items()}
    edits = {name: list(rewritten(text, docs / "labs")) for name, text in texts.items()}
    for name, changes in edits.items():
        if changes:
            (docs / name).write_bytes(fixed(texts[name], changes).encode("utf-8", "surrogateescape"))
        for quote, new in changes:
            line = texts[name].count("\n", 0, quote.start) + 1
            yield f"{name}:{line}: {quote.text} -> {new}"
    if not any(edits.values()):
        yield "no quoted number is to be rewritten; `make check` names what fix cannot, as in a table of HTML"


def main(argv: list[str] | None = None) -> int:
    """Entry point of `python -m writing`; 1 if something is wrong."""
    parser = argparse.ArgumentParser("python -m writing", description=__doc__)
    parser.add_argument("command", choices=["check", "fix", "finish", "ready", "rename"])
    parser.add_argument("folder", nargs="?", type=Path, help="of the pages; docs_dir of the config file if not named")
    parser.add_argument("names", nargs="*", metavar="OLD NEW", help="of rename: the slug of a post, and its new one")
    parser.add_argument("-f", "--config-file", default="mkdocs.yml", type=Path)
    arguments = parser.parse_args(argv)
    if arguments.command == "ready":
        from writing.deploying import ready  # the only one that needs MkDocs

        return ready(arguments.config_file)
    try:
        docs = arguments.config_file.parent / (settings(arguments.config_file).get("docs_dir") or "docs")
        arguments.folder = arguments.folder or docs
        if arguments.command != "finish" and not arguments.folder.is_dir():
            raise ValueError(f"{arguments.folder}:1: is no folder; name the one with the pages: check docs")
        if arguments.command == "fix":
            for said in fix(arguments.folder):
                print(said)
            lines = list(prepared(arguments.folder, arguments.config_file))
            print("\n".join(lines) or "Read the sentences around them again; then: make check")
            return int(bool(lines))
        if arguments.command == "rename":
            if len(arguments.names) != 2:
                raise ValueError("name two slugs: make rename OLD=my-post NEW=our-post")
            print("\n".join(rename(arguments.folder.resolve().parent, *arguments.names)))
            print("Now: make check")
        if arguments.command == "finish":
            if lines := list(prepared(docs, arguments.config_file)):
                raise ValueError("\n".join(lines))
            print(finish(arguments.folder, arguments.config_file))
            return 0
        lines = list(checked(arguments.folder, arguments.config_file))
    except OSError as error:
        lines = [
            f"{error.filename or arguments.config_file}:1: {error.strerror or error}; is it there, and may it be read?"
        ]
    except (ValueError, PluginError) as error:
        lines = [str(error)]
    print("\n".join(lines) or f"{arguments.folder}: headers, numbers, sentences and links are right")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
