"""Each key of mkdocs.yml taken out in turn leaves a site or a line: a setting is optional, or says that it is not."""

from __future__ import annotations

import logging
import os
import re
import shutil
from pathlib import Path

import pytest
import support
import yaml
from click import ClickException
from mkdocs.commands.build import build
from mkdocs.config import load_config
from support import ENVIRONMENT, ROOT, made
from writing import required
from writing.required import OPTIONAL, ORDER


class Loader(yaml.SafeLoader):
    """Reads mkdocs.yml without the environment."""


Loader.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node)[-1])
SETTINGS = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)


def paths(node: object, path: tuple = ()) -> list[tuple]:
    """The path of each key and of each item of a list; what is below an item of `nav` or `palette` counts as one."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    below = [found for key, value in items for found in paths(value, (*path, key))]
    return [path, *(found for found in below if len(found) < 4)] if path else below


def without(node, path: tuple):
    """The settings without what stands at a path."""
    copy = dict(node) if isinstance(node, dict) else list(node)
    if len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = without(copy[path[0]], path[1:])
    return copy


def alone(path: tuple) -> bool:
    """Whether a key is all that an item of a list has, as in `- toc: ...`: the item is what is taken out."""
    node = SETTINGS
    for step in path[:-1]:
        node = node[step]
    return len(path) > 1 and isinstance(path[-2], int) and isinstance(node, dict) and len(node) == 1


KEYS = [path for path in paths(SETTINGS) if path != ("hooks",) and not alone(path)]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("settings") / "repository")


def said(place: Path, settings: dict, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """What a build with these settings says if it stops; None if it makes a site. Any other exception is the test's."""
    heard: list[str] = []

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    monkeypatch.setattr(logging.getLogger("mkdocs"), "handlers", [Heard(level=logging.WARNING)])
    shutil.rmtree(place.parent / "site", ignore_errors=True)
    monkeypatch.chdir(place)
    for key, value in ENVIRONMENT.items():
        monkeypatch.setitem(os.environ, key, value)
    (place / "mkdocs.yml").write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")
    try:
        build(load_config(str(place / "mkdocs.yml"), site_dir=str(place.parent / "site")))
    except (ClickException, SystemExit) as error:
        return "\n".join([*heard, str(error)])
    return None


def test_the_settings_as_they_are_make_a_site(place, monkeypatch):
    assert said(place, SETTINGS, monkeypatch) is None
    assert len(KEYS) > 60


@pytest.mark.slow
@pytest.mark.parametrize("path", KEYS, ids=lambda path: ".".join(map(str, path)))
def test_without_a_key_there_is_a_site_or_a_line(place, monkeypatch, path):
    found = said(place, without(SETTINGS, path), monkeypatch)
    if found is None:
        for page in ("index.html", "404.html"):
            html = (place.parent / "site" / page).read_text(encoding="utf-8")
            assert html.rstrip().endswith("</html>"), page
            assert "None" not in re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.S), page
    else:
        assert "Traceback" not in found
        assert "stops the build (" not in found, found
        named = {str(step) for step in path if isinstance(step, str)}
        told = re.search(r"^(?:Config value '|[\w./-]+\.\w+:\d+: )", found, re.M)
        assert told or any(name in found for name in named), found


def test_without_any_hook_nothing_of_this_site_runs_and_no_page_is_made_that_was_not_checked(place, monkeypatch):
    with pytest.raises(Exception, match="No filter named"):
        said(place, without(SETTINGS, ("hooks",)), monkeypatch)


@pytest.mark.parametrize("hook", [name for name in ORDER if name not in OPTIONAL])
def test_a_hook_that_is_gone_with_its_line_stops_the_build(repository, tmp_path, hook):
    (repository / "hooks" / hook).unlink()
    support.replaced(repository / "mkdocs.yml", f"  - hooks/{hook}\n", "")
    done = support.build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert f"hooks lacks hooks/{hook}" in done.stderr


@pytest.mark.parametrize(("old", "new", "said"), [
    ("  - hooks/posts.py\n  - hooks/tagline.py\n", "  - hooks/tagline.py\n  - hooks/posts.py\n", "another order"),
    ("  - hooks/evidence.py\n", "  - mine/evidence.py\n", "hooks lacks hooks/evidence.py, so that its checks would"),
    ("  - md_in_html\n", "", "lacks md_in_html, and figures would not be shown"),
    ("extra_css:", "extra_javascript: [https://cdn.example/a.js]\nextra_css:", "extra_javascript names https://cdn.ex"),
    ("favicon: assets/favicon.svg", "favicon: //x.example/a.svg", "favicon names //x.example/a.svg on another host"),
    ("favicon: assets/favicon.svg", "logo: https://x.example/a.svg", "logo names https://x.example/a.svg on another"),
    ("  palette:\n", "  palette: {scheme: auto}\n  was:\n", "palette is one and no list, and pages would have no"),
    ("[assets/site.css]", "[//x.example/a.css, assets/site.css]", "extra_css names //x.example/a.css, and only"),
    ("[assets/site.css]", "[\"assets/site.css?v=2\", assets/no.css]", "mkdocs.yml:1: extra_css names assets/no.css"),
    ("copyright: Prose", 'copyright: <b class="num">7%</b>', "copyright may hold words and links"),
])  # fmt: skip
def test_a_setting_that_would_show_what_nothing_checks_or_no_reader_gets_stops_the_build(
    repository, tmp_path, old, new, said
):
    support.replaced(repository / "mkdocs.yml", old, new)
    (repository / "mine").mkdir()
    (repository / "mine/evidence.py").write_text("")
    done = support.build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert said in done.stderr


@pytest.mark.parametrize(("old", "new"), [
    ("  - abbr\n  - admonition\n  - attr_list\n  - footnotes\n  - md_in_html\n", "  - admonition\n  - extra\n"),
    ("  - md_in_html\n", "  - markdown.extensions.md_in_html\n"),
    ("  - hooks/publishing.py\n", "  - hooks/publishing.py\n  - mine/posts.py\n"),
])  # fmt: skip
def test_another_name_of_an_extension_and_an_authors_own_hook_of_any_name_are_no_faults(repository, old, new):
    support.replaced(repository / "mkdocs.yml", old, new)
    (repository / "mine").mkdir()
    (repository / "mine/posts.py").write_text("")
    config = load_config(str(repository / "mkdocs.yml"))
    assert list(required.missing(config)) == []
    assert required.others(config) == ["mine/posts.py"] * ("mine" in new)


def test_a_page_of_html_that_shows_numbers_as_measured_stops_the_build(repository, tmp_path):
    (repository / "docs/own.html").write_text('<p><DATA value="coin_toss.tosses">9,999</DATA></p>')
    assert "own.html:1: shows numbers as measured" in support.build(repository, tmp_path / "site").stderr


def test_two_categories_with_one_address_are_refused_with_the_line_of_the_second(repository, tmp_path):
    path = repository / "mkdocs.yml"
    path.write_text(path.read_text().replace("        - Security\n", "        - Security\n        - security\n"))
    done = support.build(repository, tmp_path / "site")
    line = path.read_text().splitlines().index("        - security") + 1
    assert f"mkdocs.yml:{line}: category 'security' has the address of 'Security'" in done.stderr


def test_a_build_warns_of_nothing_that_its_author_cannot_mend(repository, tmp_path):
    assert "DeprecationWarning" not in support.build(repository, tmp_path / "site").stderr
