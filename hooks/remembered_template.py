"""A template that renders posts from memory. Imported by remember.py; has no event."""

from __future__ import annotations

from typing import Any

from build_memory import Memory
from jinja2 import Template
from material.plugins.blog.structure import Post


def outline(items: Any) -> list[dict[str, Any]]:
    """A table of contents as `mkdocs.structure.toc.get_toc` takes it."""
    return [{"name": i.title, "id": i.id, "level": i.level, "children": outline(i.children)} for i in items]


def seen(context: dict[str, Any]) -> list[Any]:
    """All that the template of a post can read and that differs between builds with the same settings."""
    page = context["page"]
    near = [p and (p.url, p.title) for p in (page.previous_page, page.next_page, page.parent)]
    lists = [[(c.url, c.title) for c in page.categories], [a.name for a in page.authors]]
    tags = [(tag.name, tag.url) for tag in context.get("tags") or ()]
    own = [page.url, page.title, page.content, page.edit_url, page.canonical_url, page.meta, page.config]
    return [own, outline(page.toc), near, lists, tags, str(context["nav"])]


class RememberedTemplate(Template):
    """As `jinja2.Template`, but a post comes from memory where all that the template could read is what it was."""

    memory: Memory

    def render(self, context: dict[str, Any]) -> str:
        """Render with `context`, as MkDocs makes it for a page or a static template."""
        if not isinstance(context.get("page"), Post):
            return super().render(context)
        return self.memory.recall("page", seen(context), lambda: super(RememberedTemplate, self).render(context))
