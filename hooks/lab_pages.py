"""Makes one page for each lab of a post that is shown, and the list of all of them."""

from __future__ import annotations

import ast
from pathlib import Path

from lab_page import lab_page, recorded
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files


@event_priority(-60)  # after the blog plugin, which knows the posts that are shown
def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Add a page for the lab of each post that is shown, and the list of them."""
    rows = []
    for post in config.plugins["material/blog"].blog.posts:
        if folder := post.meta.get("lab") and Path(config.docs_dir, "labs", post.meta["lab"]):
            slug, record = folder.name.replace("_", "-"), recorded(folder)
            files.append(File.generated(config, f"labs/{slug}.md", content=lab_page(folder, record, post.markdown)))
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
