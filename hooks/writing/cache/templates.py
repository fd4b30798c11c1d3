"""A page is rendered again only if something that its template can read has changed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from jinja2 import Template

from writing.build import Recall
from writing.patches import outline


def seen(context: dict[str, Any]) -> list[Any]:
    """All that the template of a page can read and that differs between builds with the same settings."""
    page, nav, pagination = context["page"], context["nav"], context.get("pagination")
    near = [p and (getattr(p, "url", None), p.title) for p in (page.previous_page, page.next_page, page.parent)]
    tags = [(tag.name, tag.url) for tag in context.get("tags") or ()]
    items = [page, *context.get("posts", ())]
    own = [[p.url, p.title, p.meta, getattr(p, "config", None)] for p in items]
    lists = [[(c.url, c.title) for c in getattr(p, "categories", ())] for p in items]
    names = [author.name for author in getattr(page, "authors", ())]
    rest = [page.edit_url, page.canonical_url, outline(page.toc), pagination and pagination({})]
    rest += [near, lists, names, tags, [item.meta for item in nav.pages if item.meta]]
    return [page.content, str(nav), own, rest]


class RememberedTemplate(Template):
    """As `jinja2.Template`, but a page comes from memory where all that the template could read is what it was."""

    memory: Recall

    def render(self, context: dict[str, Any]) -> str:
        """Render with `context`, as MkDocs makes it for a page or a static template."""
        if not context.get("page"):
            return super().render(context)
        meta = deepcopy(context["page"].meta)  # templates change it, and the next page's key would differ for that
        try:
            return self.memory.recall("page", seen(context), lambda: super(RememberedTemplate, self).render(context))
        finally:
            context["page"].meta.clear()
            context["page"].meta.update(meta)


def remembered(memory: Recall) -> type[Template]:
    """The class of templates that render pages from this memory."""
    return type("Remembered", (RememberedTemplate,), {"memory": memory})
