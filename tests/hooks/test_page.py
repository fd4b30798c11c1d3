"""Each change to a page matches as often as it must, or the build stops; the policy names the scripts there are."""

from __future__ import annotations

import re
from pathlib import Path

import html5lib
import pytest
from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.exceptions import PluginError
from support import ROOT, SHOWN, build, built, copytree, files, replaced
from writing.html.page import CHANGES, changed
from writing.html.policy import meta, scripts, source_hash

OWN = scripts(ROOT / "overrides/partials/javascripts")


@pytest.fixture(scope="module")
def rendered(remembered: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of the made site as the theme's templates render them, by path."""
    folder = tmp_path_factory.mktemp("rendered")
    copytree(remembered / "repository", repository := folder / "repository")
    replaced(repository / "mkdocs.yml", "  - hooks/pages.py\n", "")
    replaced(repository / "hooks/writing/required.py", '"pages.py", ', "")  # which refuses a site without it
    site = files(built(repository, folder / "site"))
    return {name: text.decode() for name, text in site.items() if name.endswith(".html")}


def finish(html: str, **changes: bool):
    return changed(html, "a.md", "late.site.css", **{"repository": True, "scripts": OWN, "serving": False, **changes})


def test_every_change_matches_every_kind_of_page_as_often_as_it_must(rendered):
    assert {"404.html", "index.html", "posts/coin-toss/index.html", "category/security/index.html"} <= set(rendered)
    for html in rendered.values():
        assert finish(html).taken.keys() == {change.name for change in CHANGES}


SHEETS = 'rel="stylesheet"'
INDENT, SOURCE = "\n  <", 'data-md-component="source"'
LATER = '<noscript><link rel="stylesheet" href="../../assets/late.site.css"></noscript>'
STRANGE, SHEET = "<script>alert(1)</script></main>", '<link href="https://x.example/x.css" rel="stylesheet">'
EFFECTS = {  # of each change, on a page as the templates render it and as it is finished
    "the search dialog has a name": lambda old, new: 'role="dialog" aria-label="Search"' in new,
    "the theme's script asks no code host for stars": lambda old, new: SOURCE in old and SOURCE not in new,
    "the skip link leads to the title": lambda old, new: 'href="#__start" class="md-skip"' in new,
    "no generator is named": lambda old, new: 'name="generator"' in old and 'name="generator"' not in new,
    "one line end stands for white space": lambda old, new: INDENT in old and INDENT not in new.split("md-content")[0],
    "script": lambda old, new: "assets/javascripts/bundle" in old and "assets/javascripts/bundle" not in new,
    "settings": lambda old, new: 'id="__config"' in old and 'id="__config"' not in new,
    "results": lambda old, new: "md-search__output" in old and "md-search__output" not in new,
    "dialog": lambda old, new: 'class="md-dialog"' in old and 'class="md-dialog"' not in new,
    "inline script": lambda old, new: stops(old.replace("</main>", STRANGE)),
    "policy": lambda old, new: new.count("Content-Security-Policy") == 1,
    "stylesheets": lambda old, new: old.count(SHEETS) > 2 and new.count(LATER) == new.count(SHEETS) == 1,
    "only these stylesheets": lambda old, new: stops(old.replace("<title>", f"{SHEET}<title>", 1)),
}  # fmt: skip


def stops(html: str) -> bool:
    """Whether a page is refused."""
    try:
        finish(html)
    except PluginError:
        return True
    return False


@pytest.mark.parametrize("name", EFFECTS)
def test_each_change_does_what_its_name_says(name, rendered):
    before = rendered["posts/coin-toss/index.html"]
    assert EFFECTS[name](before, finish(before).html)


def test_every_change_has_its_effect_tested():
    assert {change.name for change in CHANGES} == EFFECTS.keys()


def otherwise(found: re.Match[str]) -> str:
    """What the theme could as well write: a tag with one more attribute, or else an attribute in other quotes."""
    tag = re.sub(r"^<(\w+)", r"<\1 data-new", found[0])
    return tag if tag != found[0] else found[0].replace('"', "'").replace("\n", " ")


@pytest.mark.parametrize("to", [lambda found: "", otherwise], ids=["nothing", "something else"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_where_the_theme_writes_something_else_the_build_stops_with_the_change_and_the_versions(change, to, rendered):
    with pytest.raises(PluginError) as stopped:
        finish(change.pattern.sub(to, rendered["posts/coin-toss/index.html"]))
    sheets = ("stylesheets", "only these stylesheets")  # one link of several is missed by the first, not the second
    named = sheets if change.name in sheets else (change.name,)
    assert str(stopped.value).startswith(tuple(f"a.md: the change {name!r} matches " for name in named))
    assert re.search(r"made for mkdocs-material \d+\.\d+\.\d+, and \d+\.\d+\.\d+ is installed", str(stopped.value))


def test_a_content_that_begins_otherwise_stops_the_build(rendered):
    html = rendered["index.html"].replace('<div class="md-content"', '<div id="new" class="md-content"')
    with pytest.raises(PluginError, match=r"a\.md: the change 'content' finds no <div class=\"md-content\""):
        finish(html)


def test_a_site_that_names_no_repository_has_no_link_to_it_to_change(repository, tmp_path):
    built(repository, tmp_path / "site", REPO_URL="", EDIT_URI="")


def test_a_theme_that_writes_something_else_stops_the_build_without_a_traceback(repository, tmp_path):
    page = repository / "hooks/writing/html/page.py"
    replaced(page, """'<meta charset="utf-8">'""", """'<meta charset="UTF-8">'""")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert "the change 'policy' matches 0 times, where it must 1." in done.stderr
    assert "Traceback" not in done.stderr


def test_the_hash_is_the_one_a_browser_computes():
    assert source_hash("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_each_script_of_the_templates_is_allowed_once_and_data_is_not_a_script(tmp_path):
    (tmp_path / "a.html").write_text('<script>a</script><script>a</script><script src="b.js"></script>')
    (tmp_path / "b.html").write_text('<script type="application/ld+json">{}</script>')
    policy = meta(scripts(tmp_path)).split('content="')[1].split('"')[0]
    assert policy.count("sha256-") == 1
    assert source_hash("a") in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_the_policy_stands_before_anything_it_governs(rendered):
    html = finish(rendered["index.html"]).html
    assert html.index("Content-Security-Policy") < html.index("<title>")


def test_a_script_in_a_post_is_not_allowed_and_one_in_the_frame_stops_the_build(rendered):
    html, script = rendered["posts/coin-toss/index.html"], "<script>alert(1)</script>"
    inside = finish(html.replace("</article>", f"{script}</article>")).html
    assert script in inside
    assert inside.split("script-src ")[1].split(";")[0].split() == ["'self'", *map(source_hash, OWN)]
    for place in ("</title>", "</main>"):
        with pytest.raises(PluginError, match="'inline script' finds one that overrides/partials/javascripts does not"):
            finish(html.replace(place, place + script))


def test_white_space_in_pre_is_kept_wherever_it_stands(rendered):
    code = "<pre>a\n\n    b\n</pre>"
    for place in ("<main", "</article>", "</main>"):
        html = rendered["posts/coin-toss/index.html"].replace(place, code + place)
        assert code in finish(html).html


def blocks(html: str) -> list[str]:
    """The text of every code block."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return ["".join(pre.itertext()).strip("\n") for pre in tree.iter("pre")]


def test_every_code_block_of_the_real_site_has_the_text_that_its_markdown_converts_to(site, monkeypatch):
    monkeypatch.chdir(ROOT)  # from where code is included
    config = load_config(str(ROOT / "mkdocs.yml"))
    count = 0
    for slug, path in SHOWN.items():
        convert = Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs).convert
        source = blocks(convert(path.read_text("utf-8").split("\n---\n", 1)[1]))
        shown = blocks((site / f"posts/{slug}/index.html").read_text("utf-8"))
        assert shown[: len(source)] == source, slug
        assert len(shown) == len(source) + 2, f"{slug}: below the post stand two more, how to rerun it and its citation"
        count += len(source)
    assert count


def test_every_source_on_a_lab_s_page_is_the_file(site):
    for path in sorted((ROOT / "docs/labs").glob("*/__init__.py")):
        page = site / "labs" / path.parent.name.replace("_", "-") / "index.html"
        if page.exists():
            assert path.read_text("utf-8").rstrip("\n") in blocks(page.read_text("utf-8")), path


def test_mkdocs_serve_which_adds_a_script_of_its_own_has_no_policy(rendered):
    assert "Content-Security-Policy" not in finish(rendered["index.html"], serving=True).html
