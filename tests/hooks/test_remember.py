"""What is remembered changes nothing but the time; what has changed is made anew; damage is thrown away."""

from __future__ import annotations

import shutil
import sqlite3

import pytest
from labs.record import source_hash
from support import build, built, files, replaced
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


def test_a_second_build_is_the_same_byte_for_byte(small, repository, tmp_path):
    cold = files(built(repository, tmp_path / "cold"))
    warm = files(built(repository, tmp_path / "warm"))
    assert (repository / ".cache/build.sqlite").stat().st_size > 10_000
    assert cold == warm
    assert cold == files(small)


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


EDITS = {
    "its text": lambda root: replaced(root / POST, "quixotic pangolin", "quotidian penguin"),
    "its title": lambda root: replaced(root / POST, "Does a Fair Coin", "Does an Unfair Coin"),
    "its summary": lambda root: replaced(root / POST, "Five thousand tosses", "Many tosses"),
    "its date": lambda root: replaced(root / POST, "2026-11-21T10", "2026-11-19T10"),
    "its category": lambda root: replaced(root / POST, "[Agent design, AI infrastructure]", "[Security]"),
    "its tags": lambda root: replaced(root / POST, "zebra-tag", "okapi-tag"),
    "its address": lambda root: replaced(root / POST, "slug: coin-toss", "slug: coin-tossed"),
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
    "a page that a post links to moves": lambda root: (
        (root / "docs/posts/plain-words.md").write_text(
            (root / "docs/posts/plain-words.md").read_text().replace("slug: plain-words", "slug: plainer-words")
        )
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
def test_after_any_change_the_build_is_as_if_nothing_were_remembered(edit, repository, tmp_path):
    built(repository, tmp_path / "before")
    edit(repository)
    warm = files(built(repository, tmp_path / "warm"))
    for path in (repository / ".cache").rglob("*"):
        if path.is_file():
            path.unlink()
    cold = files(built(repository, tmp_path / "cold"))
    assert warm.keys() == cold.keys()
    assert [name for name in cold if warm[name] != cold[name]] == []
    assert cold != files(tmp_path / "before"), "the edit changes the site"


LISTED = {
    "a post more": EDITS["a post more"],
    "an older post more": lambda root: (root / "docs/posts/new.md").write_text(
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


@pytest.mark.slow
@pytest.mark.parametrize("edit", LISTED.values(), ids=list(LISTED))
def test_lists_of_several_pages_are_as_if_nothing_were_remembered(edit, repository, tmp_path):
    replaced(repository / "mkdocs.yml", "pagination_per_page: 20", "pagination_per_page: 1")
    before = files(built(repository, tmp_path / "before"))
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
def test_a_damaged_file_is_thrown_away_with_one_line(damage, small, repository, tmp_path):
    built(repository, tmp_path / "before")
    file = repository / ".cache/build.sqlite"
    file.write_bytes(damage or file.read_bytes()[: file.stat().st_size // 2])
    done = build(repository, tmp_path / "site")
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
