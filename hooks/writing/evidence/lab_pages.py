"""Makes one page for each lab of a post that is shown, and the list of all of them."""

from __future__ import annotations

import ast
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from writing.evidence.check import faults
from writing.evidence.lab_page import lab_page, recorded


def noted(folder: Path) -> str:
    """The notes of a lab, checked like a post. Raises PluginError with the line of each wrong number or sentence."""
    path = folder / "notes.md"
    source = path.read_text(encoding="utf-8") if path.exists() else ""
    if found := [f"labs/{folder.name}/notes.md:{line}: {message}" for line, message in faults(source, folder.parent)]:
        raise PluginError("\n".join(["A quoted number is wrong; `make test FIX=1` rewrites them:", *found]))
    return source


def add(files: Files, config: MkDocsConfig) -> None:
    """Add a page for the lab of each post that is shown, and the list of them."""
    rows = []
    for post in config.plugins["material/blog"].blog.posts:
        if folder := post.meta.get("lab") and Path(config.docs_dir, "labs", post.meta["lab"]):
            slug, record = folder.name.replace("_", "-"), recorded(folder)
            content = lab_page(folder, record, post.markdown, noted(folder))
            files.append(File.generated(config, f"labs/{slug}.md", content=content))
            says = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
            rows.append([f"[{slug}]({slug}.md)", says.partition("\n")[0], record["recorded"]["date"]])
    head = (
        "---\ntitle: Evidence\ndescription: Every lab behind the posts, with its source, its results and its data.\n"
        "---\n\n# The programs behind the posts\n\nEach post has a lab: a program that reproduces its numbers. "
        "[Method](../method.md) says how they are checked.\n\n"
    )
    lines = ["| lab | what it does | recorded |", "| --- | --- | --- |"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    files.append(File.generated(config, "labs/index.md", content=head + "\n".join(lines) + "\n"))
