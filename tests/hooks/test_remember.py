"""What is remembered changes nothing but the time; what has changed is made anew; damage is thrown away."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys

import pytest
from labs.record import source_hash
from support import ENVIRONMENT, build, built, copytree, files, made, once, replaced
from writing.cache.memory import Memory

POST = "docs/posts/coin-toss.md"


def memory(path) -> Memory:
    return Memory(path / ".cache" / "build.sqlite", "settings")


def test_a_value_is_made_once_and_kept_for_the_next_build(tmp_path):
    first = memory(tmp_path)
    assert first.recall("k", ["a"], lambda: {"n": 1}) == {"n": 1}
    first.keep()
    second = memory(tmp_path)
    assert second.recall("k", ["a"], lambda: 1 / 0) == {"n": 1}
    assert second.recall("k", ["b"], lambda: 2) == 2
    assert second.recall("other", ["a"], lambda: 3) == 3


def test_other_settings_forget_everything(tmp_path):
    first = memory(tmp_path)
    first.recall("k", ["a"], lambda: 1)
    first.keep()
    assert Memory(first.path, "others").recall("k", ["a"], lambda: 2) == 2


def test_a_value_that_is_no_longer_good_is_made_again_and_kept(tmp_path):
    for value in (1, 2):
        store = memory(tmp_path)
        assert store.recall("k", ["a"], lambda value=value: value, lambda found: False) == value
        store.keep()
    assert memory(tmp_path).recall("k", ["a"], lambda: 1 / 0) == 2


def test_a_damaged_row_is_noticed_by_its_sum(tmp_path, caplog):
    store = memory(tmp_path)
    store.recall("k", ["a"], lambda: [1])
    store.keep()
    with sqlite3.connect(store.path) as rows:
        rows.execute("UPDATE steps SET value = '[2]'")
    rows.close()
    caplog.set_level("INFO", "mkdocs.hooks.remember")
    assert memory(tmp_path).recall("k", ["a"], lambda: [1]) == [1]
    assert caplog.text.count("thrown away") == 1


def test_what_is_used_no_longer_goes_once_it_is_most_of_the_file(tmp_path):
    store = memory(tmp_path)
    for i in range(500):
        store.recall("k", [i], lambda i=i: i)
    store.keep()
    later = memory(tmp_path)
    for i in range(450, 501):
        later.recall("k", [i], lambda i=i: i)
    later.keep()
    with sqlite3.connect(later.path) as rows:
        assert rows.execute("SELECT count(*) FROM steps").fetchone() == (51,)
    rows.close()


def test_a_second_build_is_the_same_byte_for_byte_and_a_copy_elsewhere_converts_and_renders_nothing(
    small, built_before, tmp_path
):
    rows = sqlite3.connect(built_before / ".cache/build.sqlite")
    before = rows.execute("SELECT count(*) FROM steps").fetchone()
    assert before > (20,)
    assert files(built(built_before, tmp_path / "warm")) == files(small)
    assert rows.execute("SELECT count(*) FROM steps").fetchone() == before
    rows.close()


def test_without_the_hook_that_saves_time_every_file_is_the_same(small, repository, tmp_path):
    (repository / "hooks/fast.py").unlink()
    shutil.rmtree(repository / "hooks/writing/cache")
    replaced(repository / "mkdocs.yml", "  - hooks/fast.py\n", "")
    without, with_it = files(built(repository, tmp_path / "site")), files(small)
    assert without.keys() == with_it.keys()
    assert [name for name in with_it if without[name] != with_it[name]] == []
    assert not (repository / ".cache/build.sqlite").exists()


def recorded_anew(root, old: str, new: str) -> None:
    """Change a lab's source, and its digest as recording would."""
    folder = root / "docs/labs/coin_toss"
    before = source_hash(folder)
    replaced(folder / "__init__.py", old, new)
    replaced(folder / "results.json", before, source_hash(folder))


def moved(root, old: str, new: str) -> None:
    """Give a post another name, and the post that links to it the new one."""
    replaced(root / f"docs/posts/{old}.md", f"slug: {old}", f"slug: {new}")
    (root / f"docs/posts/{old}.md").rename(root / f"docs/posts/{new}.md")
    replaced(root / POST, f"{old}.md", f"{new}.md")


EDITS = {
    "its text": lambda root: replaced(root / POST, "quixotic pangolin", "quotidian penguin"),
    "its title": lambda root: replaced(root / POST, "Does a Fair Coin", "Does an Unfair Coin"),
    "its summary": lambda root: replaced(root / POST, "Five thousand tosses", "Many tosses"),
    "its date": lambda root: replaced(root / POST, "2026-11-21T10", "2026-11-19T10"),
    "a value that it quotes, written otherwise": lambda root: replaced(root / POST, ">5,000<", ">5000<"),
    "its category": lambda root: replaced(root / POST, "[Agent design, AI infrastructure]", "[Security]"),
    "its tags": lambda root: replaced(root / POST, "zebra-tag", "okapi-tag"),
    "a heading that another post links to": lambda root: replaced(
        root / "docs/posts/plain-words.md", "## The first heading", "## The very first heading"
    ),
    "a post more": lambda root: (root / "docs/posts/new.md").write_text(
        "---\ntitle: New\ndescription: A new one.\ndate: 2026-11-21T11:00:00Z\nslug: new\ncategories: [Security]\n"
        "tags: [chance]\n---\n\nSee [the coin](coin-toss.md).\n"
    ),
    "code that is included": lambda root: recorded_anew(
        root, "# --8<-- [start:toss]", "# --8<-- [start:toss]\n# a comment\n"
    ),
    "a template": lambda root: replaced(root / "overrides/blog-post.html", "Cite this post", "Cite"),
    "what a hook does, in any depth": lambda root: replaced(
        root / "hooks/writing/html/tables.py", "{BOX}<table>", "{BOX}<table data-x>"
    ),
    "an icon": lambda root: replaced(root / "overrides/.icons/custom/half.svg", "M12 2", "M12 3"),
    "a setting": lambda root: replaced(root / "mkdocs.yml", "site_name: Writing", "site_name: Scribbling"),
    "a page that a post links to moves": lambda root: moved(root, "plain-words", "plainer-words"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
def test_after_any_change_the_build_is_as_if_nothing_were_remembered(edit, built_before, small, tmp_path):
    edit(built_before)
    warm = files(built(built_before, tmp_path / "warm"))
    shutil.rmtree(built_before / ".cache")
    cold = files(built(built_before, tmp_path / "cold"))
    assert warm.keys() == cold.keys()
    assert [name for name in cold if warm[name] != cold[name]] == []
    assert cold != files(small), "the edit changes the site"


def test_a_page_that_moves_is_converted_again_since_its_links_begin_elsewhere(built_before, tmp_path):
    labs = built_before / "docs/labs"
    replaced(built_before / "mkdocs.yml", "  /labs/*/**/*.md\n", "")
    (labs / "more.md").write_text("---\ntitle: More\ndescription: More.\n---\n\n# More\n\n[Tags](../tags.md)\n")
    built(built_before, tmp_path / "before")
    (labs / "more").mkdir()
    (labs / "more.md").rename(labs / "more/index.md")  # at the same address
    done = build(built_before, tmp_path / "after")
    assert done.returncode == 1
    assert "../tags.md" in done.stderr


def test_a_post_whose_address_changes_with_its_date_is_converted_again(built_before, tmp_path):
    replaced(built_before / "mkdocs.yml", "posts/{slug}", "posts/{date}/{slug}")
    built(built_before, tmp_path / "before")
    replaced(built_before / POST, "2026-11-21", "2026-11-20")
    warm = files(built(built_before, tmp_path / "warm"))
    shutil.rmtree(built_before / ".cache")
    assert files(built(built_before, tmp_path / "cold")) == warm


def test_a_page_is_compared_again_once_a_lab_has_recorded_something_else(built_before, tmp_path):
    replaced(built_before / "docs/labs/coin_toss/results.json", "5000", "5001")
    done = build(built_before, tmp_path / "site")
    assert done.returncode == 1
    assert "posts/coin-toss.md:11: quotes 5,000, coin_toss.tosses is 5001" in done.stderr


def test_a_lab_s_page_shows_what_its_lab_has_recorded_since(built_before, tmp_path):
    results = built_before / "docs/labs/coin_toss/results.json"
    content = json.loads(results.read_text(encoding="utf-8"))
    content["values"]["tosses"]["says"] = "tosses, all in all and once more"
    results.write_text(json.dumps(content), encoding="utf-8")
    site = built(built_before, tmp_path / "site")
    assert "all in all and once more" in (site / "labs/coin-toss/index.html").read_text(encoding="utf-8")


INCLUSIONS = {  # each includes a file that has its name, or one that such a file includes
    "double": '--8<-- "parts/double.txt"',
    "single": "--8<-- 'parts/single.txt'",
    "block": "--8<--\nparts/block.txt\n--8<--",
    "several": "--8<--\n; parts/no.txt\nparts/../parts/several.txt\n--8<--",
    "many-hyphens": '----8<---- "parts/many-hyphens.txt"',
    "one-hyphen": '-8<-  "parts/one-hyphen.txt"',
    "lines": '--8<-- "parts/lines.txt:2:3"',
    "ranges": '--8<-- "parts/ranges.txt:1,2:3"',
    "section": '--8<-- "parts/section.txt:part"',
    "fenced": '```python\n--8<-- "./parts/fenced.txt"\n```',
    "listed": '1.  One\n\n    --8<-- "parts/listed.txt"',
    "quoted": '> --8<-- "parts/no.txt"\n\n--8<-- "parts/quoted.txt"',
    "nested": '--8<-- "parts/outer.txt"',
    "deeper": '--8<-- "parts/outermost.txt"',
}
INNER = {"outer": '--8<--\nparts/nested.txt\n--8<--\n', "outermost": '--8<-- "parts/outer2.txt"\n',
         "outer2": '--8<-- "parts/deeper.txt"\n', "no": "Nothing.\n", "appended": "*[OKAPI]: an animal\n"}  # fmt: skip


def including(repository) -> dict:
    """Put a post for each form of inclusion into a made site; the files that they depend on, by the post's name."""
    parts = repository / "docs/parts"
    parts.mkdir()
    for name, text in INNER.items():
        (parts / f"{name}.txt").write_text(text)
    post = (
        "---\ntitle: {0}\ndescription: {0}.\ndate: 2026-11-0{1}T00:00:0{2}Z\nslug: {0}\ncategories: [Security]\n---\n\n"
    )
    for number, (name, text) in enumerate(INCLUSIONS.items()):
        head = post.format(name, 1 + number // 9, number % 9)
        (repository / f"docs/posts/{name}.md").write_text(f"{head}An OKAPI.\n\n{text}\n")
        (parts / f"{name}.txt").write_text("first = 1\n# --8<-- [start:part]\nsecond = 2\n# --8<-- [end:part]\n")
    replaced(
        repository / "mkdocs.yml", "base_path: [docs]", "base_path: [docs]\n      auto_append: [parts/appended.txt]"
    )
    return {name: parts / f"{name}.txt" for name in INCLUSIONS}


@pytest.mark.slow
def test_an_edit_of_what_is_included_shows_whatever_the_form_of_inclusion_and_its_depth(repository, tmp_path):
    parts = including(repository)
    before = files(built(repository, tmp_path / "before"))
    for path in parts.values():
        replaced(path, "second = 2", "second = 3")
    warm = files(built(repository, tmp_path / "warm"))
    pages = {name: f"posts/{name}/index.html" for name in INCLUSIONS}
    assert [name for name, page in pages.items() if before[page] == warm[page]] == []
    shutil.rmtree(repository / ".cache")
    assert [name for name, text in files(built(repository, tmp_path / "cold")).items() if warm[name] != text] == []
    replaced(repository / "docs/parts/appended.txt", "an animal", "a giraffid")
    appended = files(built(repository, tmp_path / "appended"))
    assert [name for name, page in pages.items() if b"a giraffid" not in appended[page]] == []


@pytest.mark.slow
def test_the_settings_are_those_of_the_file_that_the_command_names_and_of_what_that_inherits(built_before, tmp_path):
    (built_before / "base.yml").write_text("INHERIT: mkdocs.yml\nsite_name: Base\n")
    (built_before / "other.yml").write_text("INHERIT: base.yml\ncopyright: Mine.\n")
    sites = {}
    for step in ("first", "base.yml", "other.yml"):
        if step != "first":
            replaced(
                built_before / step,
                ": Base" if step == "base.yml" else "Mine",
                ": New" if step == "base.yml" else "Ours",
            )
        sites[step] = (built(built_before, tmp_path / step, "-f", "other.yml") / "method/index.html").read_text("utf-8")
    assert "Base" in sites["first"] and "Mine" in sites["first"]
    assert "New" in sites["base.yml"] and "Base" not in sites["base.yml"]
    assert "Ours" in sites["other.yml"] and "Mine" not in sites["other.yml"]


@pytest.mark.slow
def test_a_quiet_build_is_remembered_as_any_other_and_a_warning_is_not(repository, tmp_path):
    replaced(repository / POST, "The [sister post]", "A [dead link](nowhere.md). The [sister post]")
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=repository, env=ENVIRONMENT, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    with sqlite3.connect(repository / ".cache/build.sqlite") as rows:
        kept = [json.loads(value) for (value,) in rows.execute("SELECT value FROM steps")]
    rows.close()
    silent = [made["silent"] for made in kept if isinstance(made, dict) and "silent" in made]
    assert len(silent) > 5
    assert silent.count(False) == 1
    assert "nowhere.md" in build(repository, tmp_path / "loud").stderr


LISTED = {
    "a post more": EDITS["a post more"],
    "an older post more": lambda root: (root / "docs/posts/old.md").write_text(
        "---\ntitle: Old\ndescription: An old one.\ndate: 2026-01-01T11:00:00Z\nslug: old\n"
        "categories: [Security]\n---\n\nOld.\n"
    ),
    "the icon of a page in the navigation": lambda root: replaced(
        root / "docs/method.md", "title: Method", "title: Method\nicon: material/check"
    ),
    "the summary of a post": EDITS["its summary"],
    "the text of a post": lambda root: replaced(root / POST, "quixotic pangolin", "quotidian penguin " * 300),
    "nothing but a date that moves a post to another year": lambda root: replaced(
        root / POST, "2026-11-21", "2025-11-21"
    ),
}


@pytest.fixture(scope="session")
def paged(tmp_path_factory):
    """The made site with one post a list, built once."""

    def make(folder):
        replaced(made(folder / "repository") / "mkdocs.yml", "pagination_per_page: 20", "pagination_per_page: 1")
        built(folder / "repository", folder / "site")

    return once(tmp_path_factory, "paged", make)


@pytest.mark.slow
@pytest.mark.parametrize("edit", LISTED.values(), ids=list(LISTED))
def test_lists_of_several_pages_are_as_if_nothing_were_remembered(edit, paged, tmp_path):
    before = files(paged / "site")
    copytree(paged / "repository", repository := tmp_path / "repository")
    edit(repository)
    warm = files(built(repository, tmp_path / "warm"))
    for path in (repository / ".cache").rglob("*.sqlite"):
        path.unlink()
    cold = files(built(repository, tmp_path / "cold"))
    assert warm.keys() == cold.keys()
    assert [name for name in cold if warm[name] != cold[name]] == []
    assert "page/2/index.html" in cold
    assert any(before.get(name) != cold[name] for name in cold if "posts/" not in name and name.endswith("html"))


def test_a_page_with_a_warning_warns_in_every_build(repository, tmp_path):
    replaced(repository / POST, "The [sister post]", "A [dead link](nowhere.md). The [sister post]")
    for name in ("first", "second"):
        done = build(repository, tmp_path / name)
        assert "nowhere.md" in done.stderr
        assert done.returncode == 1


@pytest.mark.parametrize("damage", [b"", b"no database at all", b"SQLite format 3\0" + b"x" * 4000])
def test_a_damaged_file_is_thrown_away_with_one_line(damage, small, built_before, tmp_path):
    file = built_before / ".cache/build.sqlite"
    file.write_bytes(damage or file.read_bytes()[: file.stat().st_size // 2])
    done = build(built_before, tmp_path / "site")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("thrown away") == 1
    assert "Traceback" not in done.stderr
    assert files(tmp_path / "site") == files(small)


def test_values_that_are_written_early_are_there_as_late_ones_are(tmp_path):
    store = memory(tmp_path)
    for i in range(150):
        store.recall("k", [i], lambda i=i: [i])
        if i == 99:
            store.keep(last=False)
            assert store.new == {}
            assert store.recall("k", [7], lambda: 1 / 0) == [7]
    store.keep()
    later = memory(tmp_path)
    assert [later.recall("k", [i], lambda: 1 / 0) for i in range(150)] == [[i] for i in range(150)]
