"""Renders blocks of the templates in overrides/, which Zensical's engine cannot: they call methods of Python."""

from __future__ import annotations

import datetime
import posixpath
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, TemplateError, pass_context
from jinja2.runtime import Context

from writing.build import PluginError
from writing.outputs import feeds
from writing.standalone.source import Page

GIVEN = {"partials/tags.html": "", "partials/pagination.html": ""}  # what blocks include of the theme's templates
READTIME = {"readtime.one": "1 min read", "readtime.other": "# min read"}  # as the theme says it in English


def relative(address: str, url: str) -> str:
    """An address below the site, seen from the page at `url`."""
    if urlsplit(address).scheme or address.startswith(("#", "/")):
        return address
    path, mark, fragment = address.partition("#")
    seen = posixpath.relpath(path or ".", posixpath.dirname(url) or ".")
    return seen + ("/" if path.endswith("/") and not seen.endswith("/") else "") + mark + fragment


def address_from(address: str, page: Page | None, config: SimpleNamespace) -> str:
    """An address below the site as `page` links it; on 404.html (None), shown anywhere, it begins at the host."""
    if page is None:
        return urlsplit(config.site_url).path + ("" if address == "." else address)
    return relative(address, page.url)


@pass_context
def url(context: Context, address: str) -> str:
    """The filter that templates write links with."""
    return address_from(address, context.get("page"), context["config"])


class Templates:
    """The templates of a site, with what they ask MkDocs and the theme for."""

    def __init__(self, config: SimpleNamespace) -> None:
        loader = ChoiceLoader([FileSystemLoader(config.templates), DictLoader(GIVEN)])
        self.config, self.env = config, Environment(loader=loader, auto_reload=False)
        feeds.add_filters(self.env, config)
        self.env.filters["url"] = url
        self.env.filters["date"] = lambda date: f"{date.day} {datetime.datetime.strftime(date, '%B %Y')}"

    def _context(self, name: str, page: Page | None, more: dict[str, Any]) -> Context:
        lang = SimpleNamespace(t=lambda key: READTIME.get(key, key))
        return self.env.get_template(name).new_context({"config": self.config, "page": page, "lang": lang, **more})

    def block(self, template: str, block: str, page: Page | None, **more: Any) -> str:
        """One block of a template that extends main.html. Raises PluginError if it cannot be rendered."""
        try:
            context = self._context(template, page, more)
            for name, render in self.env.get_template("main.html").blocks.items():
                context.blocks.setdefault(name, []).append(render)
            return "".join(context.blocks[block][0](context)).strip()
        except (TemplateError, KeyError) as error:
            raise PluginError(f"overrides/{template}:1: block {block!r} cannot be rendered ({error!r})") from error

    def address(self, address: str, page: Page | None) -> str:
        """As `address_from`."""
        return address_from(address, page, self.config)

    def whole(self, template: str, **more: Any) -> str:
        """A template that extends no other: a feed, the sitemap. Raises PluginError if it cannot be rendered."""
        try:
            return feeds.legal(self.env.get_template(template).render(config=self.config, **more))
        except TemplateError as error:
            raise PluginError(f"overrides/{template}:1: cannot be rendered ({error!r})") from error
