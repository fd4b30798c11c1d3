"""Every reach into MkDocs, Material, Pygments and their extensions stops where what it takes hold of is gone."""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from material.plugins.blog import plugin as blog
from material.plugins.blog import structure
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page
from pymdownx.snippets import SnippetPreprocessor
from support import ROOT
from writing import live_server, patches

Take = Callable[[pytest.MonkeyPatch], None]


def with_blog(**plugin: object) -> SimpleNamespace:
    """A config with a blog plugin that has nothing but this."""
    return SimpleNamespace(plugins={"material/blog": SimpleNamespace(**plugin)}, mdx_configs={})


class Plugins(dict):
    """Plugins of a config, none of which listens to an event."""

    events = {"page_context": []}  # noqa: RUF012


SEARCH = SimpleNamespace(config=SimpleNamespace(enabled=True), search_index=None, on_page_context=None)
WITH_SEARCH = SimpleNamespace(plugins=Plugins({"material/search": SEARCH}))
NOTHING = SimpleNamespace()
CASES: dict[str, tuple[Callable[[], object], Take | None]] = {  # the call, and what is taken from a package before it
    "the entries of listings": (lambda: patches.use_excerpts(object), lambda m: m.delattr(blog, "Excerpt")),
    "the day on which a post appears": (lambda: patches.use_dates(with_blog(), bool), None),
    "the faster reader of headers": (patches.use_fast_yaml, lambda m: m.delattr(structure, "SafeLoader")),
    "the faster list of posts": (lambda: patches.use_posts(with_blog(blog=NOTHING), list), None),
    "the theme's environment": (lambda: patches.use_environment(SimpleNamespace(theme=NOTHING), print), None),
    "the conversion of a page": (
        lambda: patches.use_conversion(SimpleNamespace(), print), lambda m: m.delattr(Page, "render"),
    ),
    "what a conversion leaves on a page": (
        lambda: patches.convert(NOTHING, NOTHING, NOTHING), lambda m: m.setattr(Page, "render", lambda *_: None),
    ),
    "the noting of what is included": (
        lambda: patches.inclusions(with_blog()), lambda m: m.delattr(SnippetPreprocessor, "get_snippet_path"),
    ),
    "the noting of what is included (2)": (
        lambda: patches.noting(print).__enter__(), lambda m: m.delattr(SnippetPreprocessor, "get_snippet_path"),
    ),
    "the settings as they were given": (lambda: patches.given(NOTHING), None),
    "the filling of the search index": (lambda: patches.use_search_entries(WITH_SEARCH, print, print), None),
    "the classes of code": (
        lambda: patches.use_token_classes({"kd": "k", "gone": "k"}),
        lambda m: m.setattr(patches, "STANDARD_TYPES", {"token": "kd"}),
    ),
    "the watching of saves": (lambda: live_server.use_system_observer(NOTHING), None),
    "the serving while a build runs": (lambda: live_server.serve_meanwhile(NOTHING, print, print), None),
    "the line about a port in use": (lambda: live_server.say_taken_port(SimpleNamespace(dev_addr=("127.0.0.1", 0))),
        lambda m: m.setattr("mkdocs.livereload.LiveReloadServer", lambda *_, **__: NOTHING),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "take"), CASES.values(), ids=CASES)
def test_where_what_it_takes_hold_of_is_gone_a_patch_stops_the_build_with_the_versions(
    request, monkeypatch, call, take
):
    if take:
        take(monkeypatch)
    with pytest.raises(PluginError) as stopped:
        call()
    what = request.node.callspec.id.removesuffix(" (2)")
    assert f": {what}: made for " in str(stopped.value)
    assert "no longer what it takes hold of. Mend it, or install the locked version" in str(stopped.value)


def test_every_guard_has_its_case():
    found = [
        call.args[2].value
        for name in ("patches", "live_server")
        for call in ast.walk(ast.parse((ROOT / f"hooks/writing/{name}.py").read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "guard"
    ]
    assert sorted(found) == sorted(name.removesuffix(" (2)") for name in CASES)
