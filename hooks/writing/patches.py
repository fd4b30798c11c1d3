"""Every reach into MkDocs, Material and Pygments that their interfaces do not offer.

Each function says why it is there, and stops the build if what it takes hold of is not where it was in the versions
of `MADE_FOR`. To move to a newer version: read what the function takes hold of there, then change the number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import yaml
from markdown import Markdown
from material.plugins.blog import plugin as blog
from material.plugins.blog import structure
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from pygments.token import STANDARD_TYPES
from pymdownx.snippets import SnippetPreprocessor

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

MADE_FOR = {"mkdocs": "1.6.1", "mkdocs-material": "9.8.1", "Pygments": "2.21.0", "pymdown-extensions": "13.1"}


def guard(package: str, holds: bool, what: str) -> None:
    """Raise PluginError naming the patch, the version it was made for and the one installed, unless `holds`."""
    if not holds:
        raise PluginError(
            f"hooks/writing/patches.py: {what}: made for {package} {MADE_FOR[package]}; {version(package)} has no "
            "longer what it takes hold of. Mend it, or install the locked version: pip install -r requirements.txt"
        )


def use_excerpts(kind: type) -> None:
    """Have the blog plugin make listings' entries as `kind`: its own converts each post again for every view."""
    guard("mkdocs-material", isinstance(getattr(blog, "Excerpt", None), type), "the entries of listings")
    blog.Excerpt = kind


def use_dates(config: MkDocsConfig, begun: Callable[[Any], bool]) -> None:
    """Have the blog plugin ask `begun(created)` whether a post's date has come: it knows the time of UTC only."""
    plugin = config.plugins["material/blog"]
    guard("mkdocs-material", callable(getattr(plugin, "_is_excluded", None)), "the day on which a post appears")
    known = type(plugin)._is_excluded

    def excluded(post: structure.Post) -> bool:
        return known(plugin, post) and (isinstance(post.config.draft, bool) or not begun(post.config.date.created))

    plugin._is_excluded = excluded


def use_fast_yaml() -> None:
    """Have the blog plugin read headers with PyYAML's loader in C, which gives the same in a fraction of the time."""
    guard("mkdocs-material", hasattr(structure, "SafeLoader"), "the faster reader of headers")
    structure.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def use_posts(config: MkDocsConfig, kind: Callable[[list[structure.Post]], list[structure.Post]]) -> None:
    """Replace the blog plugin's list of posts by `kind` of it; call it once the plugin has sorted them."""
    posts = getattr(config.plugins["material/blog"].blog, "posts", None)
    guard("mkdocs-material", isinstance(posts, list), "the faster list of posts")
    config.plugins["material/blog"].blog.posts = kind(posts)


def use_environment(config: MkDocsConfig, change: Callable[[Environment], None]) -> None:
    """Have the theme make one Jinja environment, changed by `change`: plugins ask for one just to translate a word."""
    guard("mkdocs", callable(getattr(config.theme, "get_env", None)), "the theme's environment")
    theme_env = config.theme.get_env

    @cache
    def get_env() -> Environment:
        env = theme_env()
        change(env)
        return env

    config.theme.get_env = get_env


def use_templates(env: Environment, kind: type[Template]) -> None:
    """Have `env` render with templates of this class, which Jinja names as the way to do so."""
    env.template_class = kind


def use_conversion(page: Page, render: Callable[[Page, MkDocsConfig, Files], None]) -> None:
    """Convert this page's Markdown with `render` in place of `Page.render`: no event lets a hook take its place."""
    guard("mkdocs", callable(getattr(Page, "render", None)), "the conversion of a page")
    page.render = partial(render, page)


def convert(page: Page, config: MkDocsConfig, files: Any) -> dict[str, Any]:
    """Run MkDocs' conversion; what it leaves on the page, as JSON holds it. `files` answers `get_file_from_path`."""
    Page.render(page, config, files)
    guard("mkdocs", hasattr(page, "_title_from_render"), "what a conversion leaves on a page")
    links = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
    made = {"content": page.content, "toc": outline(page.toc), "title": page._title_from_render, "links": links}
    return {**made, "anchors": sorted(page.present_anchor_ids)}


def put_conversion(page: Page, made: dict[str, Any], files: Files) -> None:
    """Put what `convert` returned on a page."""
    page.content, page._title_from_render, page.toc = made["content"], made["title"], get_toc(made["toc"])
    page.present_anchor_ids = set(made["anchors"])
    page.links_to_anchors = {files.get_file_from_path(path): links for path, links in made["links"].items()}


def outline(items: Any) -> list[dict[str, Any]]:
    """A table of contents as `mkdocs.structure.toc.get_toc` takes it."""
    return [{"name": i.title, "id": i.id, "level": i.level, "children": outline(i.children)} for i in items]


def inclusions(config: MkDocsConfig) -> Callable[[str], str | None]:
    """What pymdownx.snippets reads for a name that a page includes: a path, or None if there is no such file."""
    known = Markdown(extensions=["pymdownx.snippets"], extension_configs=config.mdx_configs)
    found = known.preprocessors["snippet"]
    guard("pymdown-extensions", callable(getattr(found, "get_snippet_path", None)), "the noting of what is included")
    return found.get_snippet_path


@contextmanager
def noting(note: Callable[[str, str | None], None]) -> Iterator[None]:
    """Have `note(name, path)` called for all that a conversion includes, in whatever spelling and depth."""
    find = getattr(SnippetPreprocessor, "get_snippet_path", None)
    guard("pymdown-extensions", callable(find), "the noting of what is included")

    def get_snippet_path(self: SnippetPreprocessor, name: str) -> str | None:
        path = find(self, name)
        note(name, path)
        return path

    SnippetPreprocessor.get_snippet_path = get_snippet_path
    try:
        yield
    finally:
        SnippetPreprocessor.get_snippet_path = find


def given(config: MkDocsConfig) -> list[dict[str, Any]]:
    """The settings as they were given: by the file that -f names with all that it inherits, then by the command."""
    found = getattr(config, "_Config__user_configs", None)  # `user_configs` is the same, and warns
    guard("mkdocs", isinstance(found, list) and bool(found), "the settings as they were given")
    return found


def use_search_entries(config: MkDocsConfig, enter: Callable[..., Any], add: Callable[[Any, Page], None]) -> None:
    """Have `enter(plugin, ...)` in place of the search plugin's `on_page_context`, and `add(index, page)` in its index.

    The plugin parses every page, and writes HTML where its readers see text. Does nothing where search is turned off.
    """
    plugin, events = config.plugins.get("material/search"), config.plugins.events["page_context"]
    if plugin is None or not plugin.config.enabled or not hasattr(plugin, "search_index"):
        return
    guard("mkdocs-material", plugin.on_page_context in events, "the filling of the search index")
    plugin.search_index.add_entry_from_context = partial(add, plugin.search_index)
    events[events.index(plugin.on_page_context)] = partial(enter, plugin)


def use_token_classes(names: dict[str, str]) -> None:
    """Have Pygments write class `names[c]` where it would write class c; its formatter has no such option."""
    known = set(names) & set(STANDARD_TYPES.values())
    guard("Pygments", known in (set(names), set()), "the classes of code")  # none are left after a build of `serve`
    STANDARD_TYPES.update({token: names.get(name, name) for token, name in STANDARD_TYPES.items()})
