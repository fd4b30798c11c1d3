"""Each part of what a remembered value is known by: another one of it, and the value is made anew."""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from functools import partial
from pathlib import Path
from types import SimpleNamespace as Made

import pytest
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from support import ROOT, build, built, made, replaced
from writing import required
from writing.build import Build
from writing.cache import conversions
from writing.cache import settings as known
from writing.cache.conversions import Asked
from writing.cache.memory import Memory
from writing.cache.templates import seen
from writing.css import stylesheet
from writing.posts import slugs


def page(name: str, **more: object) -> Made:
    link = Made(id=f"{name}-h", title=f"{name} heading", level=2, children=[])
    return Made(**{
        "url": f"{name}/", "title": name, "meta": {"title": name}, "config": {"date": name}, "content": f"<p>{name}",
        "edit_url": f"edit/{name}", "canonical_url": f"https://x/{name}", "toc": [link], "previous_page": None,
        "next_page": None, "parent": None, "categories": [Made(url="c/", title="C")], "authors": [Made(name="Ada")],
        **more,
    })  # fmt: skip


class Nav(list):
    """A navigation, written as MkDocs writes it."""

    def __init__(self, text: str, pages: list[Made]) -> None:
        super().__init__(pages)
        self.text, self.pages = text, pages

    def __str__(self) -> str:
        return self.text


def context() -> dict:
    near = {name: page(name) for name in ("previous_page", "next_page", "parent")}
    return {
        "page": page("one", **near), "nav": Nav("Pages", [page("method")]), "pagination": lambda _: "1 2 3",
        "posts": [page("listed")], "tags": [Made(name="chance", url="tags/#chance")],
    }  # fmt: skip


def put(path: str, value: object):
    """A change of one attribute of the context; `posts.0.title` is that of the first post."""

    def change(found: dict) -> None:
        *steps, last = path.split(".")
        node: object = found
        for step in steps:
            node = node[int(step)] if step.isdigit() else node[step] if isinstance(node, dict) else getattr(node, step)
        if isinstance(node, dict):
            node[last] = value
        else:
            setattr(node, last, value)

    return change


PARTS = [
    "page.content", "page.url", "page.title", "page.edit_url", "page.canonical_url", "page.previous_page.url",
    "page.previous_page.title", "page.next_page.url", "page.next_page.title", "page.parent.url", "page.parent.title",
    "page.toc.0.id", "page.toc.0.title", "page.toc.0.level", "page.authors.0.name", "page.categories.0.url",
    "page.categories.0.title", "posts.0.url", "posts.0.title", "posts.0.categories.0.title", "tags.0.name",
    "tags.0.url", "nav.text",
]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [put(path, "another") for path in PARTS]
    + [put(path, {"title": "another"}) for path in ("page.meta", "page.config", "posts.0.meta", "posts.0.config")]
    + [put("nav.pages.0.meta", {"icon": "another"}), put("pagination", lambda _: "1 2")],
    ids=[*PARTS, "page.meta", "page.config", "posts.0.meta", "posts.0.config", "nav.pages.0.meta", "pagination"],
)
def test_a_page_is_rendered_again_if_its_template_can_read_another_value(change):
    before = context()
    change(after := context())
    assert json.dumps(seen(before), default=str) == json.dumps(seen(context()), default=str)
    assert json.dumps(seen(before), default=str) != json.dumps(seen(after), default=str)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("keys") / "repository")


def config_of(place: Path) -> MkDocsConfig:
    config = load_config(str(place / "mkdocs.yml"))
    config.site_url, config.repo_url, config.edit_uri = "https://x/", "https://y/", "edit/"
    return config


def settings_of(place: Path) -> str:
    """In a process of its own."""
    known.code.cache_clear()
    return known.settings(config_of(place))


@pytest.mark.parametrize("name", ["site_url", "repo_url", "edit_uri"])
def test_another_address_forgets_everything(place, name):
    config = config_of(place)
    setattr(config, name, "https://another/")
    assert known.settings(config) != settings_of(place)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("mkdocs.yml", "site_name: Writing", "site_name: Scribbling"),
        ("mkdocs.yml", "permalink_title: Link to this section", "permalink_title: Anchor"),
        ("mkdocs.yml", "dedent_subsections: true", "dedent_subsections: true\n      auto_append: [more.txt]"),
        ("mkdocs.yml", "draft_if_future_date: true", "draft_if_future_date: true\n      post_date_format: full"),
        ("mkdocs.yml", "  - pymdownx.highlight\n", "  - pymdownx.highlight:\n      linenums: true\n"),
        ("hooks/fast.py", '"""A build', '"""One build'),
        ("hooks/writing/html/tables.py", "table", "tablet"),
        ("overrides/main.html", "RSS", "Feed"),
        ("overrides/.icons/custom/half.svg", "M12 2", "M12 3"),
    ],
)
def test_another_setting_hook_template_or_icon_forgets_everything(place, file, old, new):
    before, text = settings_of(place), (place / file).read_bytes()
    replaced(place / file, old, new)
    after = settings_of(place)
    (place / file).write_bytes(text)
    assert after != before
    assert settings_of(place) == before


def test_a_template_that_stands_elsewhere_forgets_everything(place):
    before, here = settings_of(place), place / "overrides/feed.xml"
    (place / "overrides/off").mkdir()
    here.rename(place / "overrides/off/feed.xml")
    after = settings_of(place)
    (place / "overrides/off/feed.xml").rename(here)
    assert settings_of(place) == before != after


def test_a_hook_that_is_saved_while_serve_runs_without_it_is_another_one_only_in_the_next_process(place):
    before, text = settings_of(place), (place / "hooks/fast.py").read_bytes()
    replaced(place / "hooks/fast.py", '"""A build', '"""One build')
    assert known.settings(config_of(place)) == before != settings_of(place)
    (place / "hooks/fast.py").write_bytes(text)


def test_only_where_a_template_shows_the_time_of_the_build_another_time_forgets_everything(place, monkeypatch):
    def of(time: str) -> str:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", time)
        return settings_of(place)

    assert of("1700000000") == of("1800000000")
    text = (main := place / "overrides/main.html").read_text()
    main.write_text(text + "{% block footer %}{{ build_date_utc.year }}{% endblock %}")
    assert of("1700000000") != of("1800000000")
    main.write_text(text)


@pytest.mark.parametrize(
    ("hooks", "plugins", "other"),
    [
        ({}, {}, []),
        ({"more/posts.py": Made(__file__="more/posts.py")}, {}, ["more/posts.py"]),
        ({}, {"macros": 1}, ["macros"]),
    ],
)
def test_no_page_comes_from_memory_where_another_hook_or_plugin_may_give_its_template_something(hooks, plugins, other):
    known = {name: Made(__file__=str(ROOT / name)) for name in (f"hooks/{hook}" for hook in required.ORDER)}
    named = {"material/search": 1, "material/blog": 1, "material/tags": 1, **known, **hooks, **plugins}
    assert required.others(Made(hooks={**known, **hooks}, plugins=named)) == other


def test_another_version_of_any_package_that_shapes_a_page_forgets_everything(place, monkeypatch):
    before = settings_of(place)
    for package in known.PACKAGES:
        monkeypatch.setattr(known, "version", lambda name, package=package: f"{name} 99" if name == package else name)
        one = settings_of(place)
        monkeypatch.setattr(known, "version", lambda name: name)
        assert len({before, one, settings_of(place)}) == 3


FILE = Made(url="tags/", inclusion=Made(name="INCLUDED"))


def asked(tmp_path: Path, file: Made | None = FILE) -> Asked:
    return Asked(Made(get_file_from_path=lambda _: deepcopy(file)), lambda name: str(tmp_path / name))


@pytest.mark.parametrize(
    ("file", "text", "silent"),
    [
        (FILE, "x = 1", False), (None, "x = 1", True), (Made(url="topics/", inclusion=FILE.inclusion), "x = 1", True),
        (Made(url="tags/", inclusion=Made(name="EXCLUDED")), "x = 1", True), (FILE, "x = 2", True), (FILE, None, True),
    ],
    ids=["it warned", "a link's page is gone", "it has moved", "it is left out", "code is another", "code is gone"],
)  # fmt: skip
def test_a_page_is_converted_again_if_what_it_asked_for_is_answered_otherwise(tmp_path, file, text, silent):
    (tmp_path / "code.py").write_text("x = 1")
    first = asked(tmp_path)
    first.get_file_from_path("tags.md")
    first.include("code.py", str(tmp_path / "code.py"))
    kept = {"answers": first.answers, "included": first.included, "silent": True}
    assert asked(tmp_path).same(kept)
    (tmp_path / "code.py").unlink() if text is None else (tmp_path / "code.py").write_text(text)
    assert not asked(tmp_path, file).same({**kept, "silent": silent})


def own_format(source: str, *more: object) -> str:
    return source


@pytest.mark.parametrize(
    ("extensions", "options", "noted"),
    [
        (["toc", "pymdownx.highlight"], {"toc": {"slugify": partial(slugs.heading, separator="-")}}, True),
        (["pymdownx.snippets"], {"pymdownx.snippets": {"url_download": True}}, False),
        (["pymdownx.b64"], {"pymdownx.b64": {"base_path": "docs"}}, False),
        (["pymdownx.superfences"], {"pymdownx.superfences": {"custom_fences": [{"format": own_format}]}}, False),
        (["own_extension.words"], {}, False),
    ],
    ids=["of packages", "the network", "pictures", "a function of the author's", "an extension of the author's"],
)
def test_a_page_is_remembered_only_where_all_is_known_that_its_conversion_reads(
    monkeypatch, tmp_path, extensions, options, noted
):
    (tmp_path / "own_extension").mkdir()
    own = "from markdown.extensions import Extension\nmakeExtension = type('Own', (Extension,), {})\n"
    (tmp_path / "own_extension/words.py").write_text(own)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(conversions, "convert", lambda *_: {})
    config = Made(mdx_configs=options, markdown_extensions=extensions)
    assert conversions.converted(page("one"), config, asked(tmp_path))["silent"] is noted


def test_what_a_hook_of_the_author_sets_late_is_shown_in_the_next_build(repository, tmp_path):
    (repository / "mine.py").write_text(
        "import os\n\ndef on_config(config):\n    config.mdx_configs['toc']['permalink_title'] = os.environ['TITLE']\n"
    )
    replaced(repository / "mkdocs.yml", "  - hooks/publishing.py\n", "  - hooks/publishing.py\n  - mine.py\n")
    for title in ("First", "Second"):
        page = built(repository, tmp_path / title, TITLE=title) / "posts/plain-words/index.html"
        assert f'title="{title}"' in page.read_text()


@pytest.mark.parametrize("part", ["the sheets", "a page", "a script"])
def test_the_stylesheet_is_made_again_if_sheets_pages_or_scripts_name_something_else(tmp_path, part):
    def write(css: str, tags: str, script: str) -> list[str]:
        (site := tmp_path / "site" / "assets").mkdir(parents=True, exist_ok=True)
        (site / "theme.css").write_text("a{b:1}p{c:2}.x{d:3}")
        (site / "site.css").write_text(css)
        (site / "late.js").write_text(script)
        config = Made(site_dir=str(tmp_path / "site"), extra_javascript=[])
        build = Build(
            config, memory=Memory(tmp_path / "build.sqlite", ""), sheets=["assets/theme.css", "assets/site.css"]
        )
        stylesheet.guess(build)
        rules = stylesheet.note(build, f"<body>{tags}", "", "site", "page.html")
        Build.current = build
        page = tmp_path / "site/page.html"
        page.write_text(stylesheet.style(build.sheet, "", rules) + f"<body>{tags}")
        for path in site.glob("late.*.css"):
            path.unlink()
        stylesheet.write(config)
        build.memory.keep()
        return [*sorted(path.read_text() for path in site.glob("late.*.css")), page.read_text()]

    first = write("a{e:4}", "<a>", "'none'")
    assert write("a{e:4}", "<a>", "'none'") == first
    css, tags, script = {
        "the sheets": ("a{e:5}", "<a>", "'none'"), "a page": ("a{e:4}", '<a class="x">', "'none'"),
        "a script": ("a{e:4}", "<a>", "'x'"),
    }[part]  # fmt: skip
    again = write(css, tags, script)
    assert again != first
    (tmp_path / "build.sqlite").unlink()
    assert write(css, tags, script) == again


LINKED = '---\ntitle: {}\ndescription: {}\n---\n\n# One\n\n<a href="{}">a</a>\n'


def test_where_a_page_leads_is_looked_at_again_if_that_is_left_out_or_the_page_stands_elsewhere(tmp_path):
    """In HTML, which stays as it is: the page is converted from memory."""
    place, site = made(tmp_path / "repository"), tmp_path / "site"
    replaced(place / "mkdocs.yml", "not_in_nav: /labs/*", "not_in_nav: |\n  /labs/*\n  one.md\n")
    replaced(place / "docs/posts/coin-toss.md", "(plain-words.md#the-second-heading)", "(coin-toss.md)")
    for folder in (place / "docs/a/b", place / "docs/z"):
        folder.mkdir(parents=True)
        (folder / "one.md").write_text(LINKED.format("A", "B.", "../../posts/plain-words/"))
    for _ in range(2):  # the second has the same text in mind, of the other page
        assert "a/b/one.md:8: ../../posts/plain-words/ leads nowhere" in build(place, site).stderr
    shutil.rmtree(place / "docs/a")
    built(place, site)
    replaced(place / "docs/posts/plain-words.md", "slug:", "draft: true\nslug:")
    assert "z/one.md:8: links to ../posts/plain-words.md, a draft or dated later" in build(place, site).stderr
