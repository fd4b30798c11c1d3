"""The shop, the checks, the cuts, the clock, and the command `lab multi-vs-single-agent`."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from labs.__main__ import main
from labs.multi_vs_single_agent import choices, clock, command, customers, history, luck, merge, recorded
from labs.multi_vs_single_agent.orders import order, to_copy
from labs.multi_vs_single_agent.shop import DECISIONS
from markdown_it import MarkdownIt

LOG = ["git", "log", "--no-merges", "--name-only", "--format=%x00%H"]


def commit(*files: str, name: str = "a") -> history.Commit:
    return history.Commit(name * 40, frozenset(files))


def log(*commits: tuple[str, ...]) -> str:
    return "".join(f"\0{i:040x}\n\n" + "".join(f"{file}\n" for file in files) for i, files in enumerate(commits))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of 60 commits, some across a and b, with a name that git quotes."""
    root = tmp_path / "shop"
    run = ["git", "-C", str(root), "-c", "user.name=A", "-c", "user.email=a@b.c"]
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for i in range(60):
        names = ["a/x.py", "b/x.py"] if i % 4 == 0 else [f"{'ab'[i % 2]}/{'xyz'[i % 3]}.py"]
        for name in [*names, *(["a/é.py"] if i == 7 else [])]:
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(f"{i}\n")
        subprocess.run([*run, "add", "-A"], check=True)
        subprocess.run([*run, "commit", "-qm", str(i)], check=True)
    return root


def logged(root: Path, folder: Path) -> Path:
    path = folder / "shop.log"
    path.write_bytes(subprocess.run([*LOG], cwd=root, check=True, capture_output=True).stdout)
    return path


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda d: d.name)
def test_each_way_is_right_by_itself_and_each_mixture_passes_its_own_tests(decision):
    for way in (0, 1):
        one = merge.merged(decision, way, way)
        assert one.own and one.types and one.answered and one.awkward and one.alike and one.alike_awkward
    for one in merge.mixed(decision):
        assert one.own


def test_a_half_that_breaks_its_own_example_fails_its_own_tests():
    decision = replace(DECISIONS[3], make=(lambda world: [0], DECISIONS[3].make[1]))
    assert not merge.own_tests(decision, 0)
    assert merge.own_tests(decision, 1)


def test_hand_overs_that_differ_are_disputed_and_errors_are_compared_by_kind():
    def refuses(order):
        raise KeyError(order)

    assert merge.disputed(str, int, [1, 2]) == [1, 2]
    assert merge.disputed(abs, lambda n: n, [1, -2, 3]) == [-2]
    assert merge.disputed(refuses, refuses, [1]) == []
    assert merge.disputed(refuses, abs, [1]) == [1]


def test_a_day_below_thirteen_makes_the_date_run_to_a_wrong_answer():
    world = {"asked": 1, "orders": [order(1, date(2026, 3, 4), 12, ("lamp", "20.00", 2))]}
    dates = DECISIONS[2]
    assert [merge.answer(dates.make[a], dates.use[1 - a], world) for a in (0, 1)] == [(True, "03 Apr")] * 2


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda d: d.name)
def test_for_the_orders_to_copy_both_ways_are_right_and_a_mixture_is_not(decision):
    assert any(customers.sees(decision, to_copy()))  # it raises where the two ways are not equally right


def test_no_way_that_the_model_is_asked_about_begins_the_other():
    assert choices.QUESTIONS.keys() == {decision.name for decision in DECISIONS}
    for question in choices.QUESTIONS.values():
        for one, other in (question.makes, question.uses):
            assert not one.startswith(other) and not other.startswith(one)


def test_types_at_the_border_see_keys_and_types_but_not_values():
    assert merge.built([{"a": 1}, {"a": 2}]) == merge.built([{"a": 9}])
    assert merge.built({"a": 1}) != merge.built({"b": 1})
    assert merge.built((1, "x")) != merge.built((1.0, "x"))
    assert merge.built((1, "x"), merge.JSON) == merge.built((Decimal(1), "x"), merge.JSON)
    assert merge.built(1, merge.JSON) != merge.built("1", merge.JSON)


def test_the_four_repair_rules_count_what_they_say():
    hits = np.zeros((1, 4, 6))
    hits[0, 0, :2] = (3, 1)
    hits[0, 2, 5] = 2
    assert [int(rule(hits)[0]) for rule in clock.RULES.values()] == [6, 3, 4, 2]


def test_without_disagreements_writers_are_as_fast_as_there_are_of_them():
    random = np.random.default_rng(0)
    for writers in (2, 4, 8):
        assert clock.speed(0, writers, clock.one_by_one, 10, random) == writers
    assert clock.speed(18, 4, clock.one_by_one, 10, random) == 1
    with pytest.raises(ValueError, match="5 writers cannot share 24"):
        clock.speed(0, 5, clock.one_by_one, 10, random)


def test_a_chain_of_independent_steps_is_a_power_and_a_fully_common_one_is_a_step():
    assert luck.all_pass(0.95, 20, 0) == pytest.approx(0.95**20)
    assert 0.85 < luck.all_pass(0.95, 20, 0.95) < 0.95


@pytest.mark.parametrize(
    ("printed", "path"), [("a b.py", "a b.py"), (r'"a\303\251.py"', "aé.py"), (r'"a\"b\\\t.py"', 'a"b\\\t.py')]
)
def test_paths_are_read_as_git_prints_them(printed, path):
    assert history.unquoted(printed) == path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: no commit; make the log"),
        ("a.py\n", "1: a file before the first commit"),
        ("\0fixed a bug\n\na.py\n", "1: 'fixed a bug' is no commit"),
        (f'\0{"a" * 40}\n\n"a\\q.py"\n', r'3: "a\q.py" is no path'),
        (f'\0{"a" * 40}\n\n"a\\377.py"\n', "3: .* is not UTF-8"),
    ],
)
def test_a_log_of_another_form_is_refused_with_its_line(text, said):
    with pytest.raises(ValueError, match=said.replace("\\", "\\\\")):
        history.read_log(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 parts"),
        ("a/*\n", "1 part;"),
        ("a/*\n: b/*\n", "2: a part without a name; write name: glob glob"),
        ("a/*\n\na/*\n", "3: the part 'a/\\*' is there already"),
        ("a: \nb\n", "1: "),
        ('a: "b c\nd\n', "1: the part 'a' has an open or empty quote"),
    ],
)
def test_parts_of_another_form_are_refused_with_their_line(text, said):
    with pytest.raises(ValueError, match=said):
        history.read_parts(text)


def test_only_commits_that_touch_two_parts_are_counted_as_across():
    commits = [commit("a/1", "a/2"), commit("a/1", "b/1"), commit("c"), commit("b/1")]
    found = history.crossing(commits, history.placed(commits, {"a": ("a/*",), "b": ("b/*",)}))
    assert (found.commits, found.across, found.pairs) == (3, 1, {("a", "b"): 1})
    assert found.interval()[0] < 1 / 3 < found.interval()[1]


def test_the_seam_is_found_where_there_is_one_and_chance_does_not_find_it():
    groups = [[f"{g}{i}" for i in range(4)] for g in "abcd"]
    random = np.random.default_rng(1)
    commits = [commit(*random.choice(groups[i % 4], 2, replace=False), name=f"{i % 10}") for i in range(200)]
    found = history.tried(commits, 4, seed=0)
    assert (found["at the seam"][0].older, found["at the seam"][0].newer) == (0, 0)
    assert np.mean([one.newer for one in found["at random"]]) > 0.5


def test_the_seam_saves_little_later_where_files_change_together_by_chance():
    random = np.random.default_rng(2)
    files = [f"f{i}" for i in range(20)]
    commits = [commit(*random.choice(files, 2, replace=False)) for _ in range(400)]
    found = history.tried(commits, 4, seed=0)
    older, newer = (np.mean([getattr(one, half) for one in found["as uneven"]]) for half in ("older", "newer"))
    seam = found["at the seam"][0]
    assert 0 < older - seam.older > 2 * abs(newer - seam.newer)


def test_no_part_takes_more_than_its_cap():
    weights = np.array([30.0, 5, 5, 5, 5, 5, 5, 5, 5])
    for seed in range(10):
        where = history.at_random(weights, 2, np.random.default_rng(seed))
        assert max(weights[where == p].sum() for p in (0, 1)) <= history.cap(weights, 2)


def test_recorded_histories_have_every_cut_and_shares_between_0_and_1():
    kept = recorded.read()["repositories"]
    assert kept.keys() == recorded.REPOSITORIES.keys()
    for one in kept.values():
        for seed in range(recorded.SEEDS):
            for parts in recorded.PARTS:
                for cut in ("at random", "by path", "at the seam", "as uneven"):
                    assert all(0 <= share <= 1 for share in recorded.share(one, seed, parts, cut))


def test_cut_counts_a_real_log_with_quoted_names(repository, tmp_path, capsys):
    parts = tmp_path / "parts"
    parts.write_text("# two\nleft: a/*\nright: b/*\n")
    assert main(["multi-vs-single-agent", "cut", str(logged(repository, tmp_path)), str(parts)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("60 commits touch a part, 16 of them two or more: 27% (")
    assert "  16 commits: left + right\n" in out


def test_seam_writes_parts_that_cut_reads(repository, tmp_path, capsys):
    out = tmp_path / "parts"
    path = str(logged(repository, tmp_path))
    assert main(["multi-vs-single-agent", "seam", path, "--parts", "2", "--write", str(out)]) == 0
    assert main(["multi-vs-single-agent", "cut", path, str(out)]) == 0
    said = capsys.readouterr().out
    assert "cut on this log counts the older half too, which is hindsight" in said
    newer = next(line for line in said.splitlines() if line.startswith("at the seam")).split()[4]
    assert said.splitlines()[-1].startswith("hindsight: the cut was found on 30 commits of these; of 30 later")
    assert f", {newer} (" in said.splitlines()[-1], "the share that seam had printed for the newer half"
    assert "there is no folder" in refused(capsys, "seam", path, "--write", str(tmp_path / "none" / "parts"))
    assert main(["multi-vs-single-agent", "seam", path, "--write", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_cut_counts_what_seam_wrote_for_paths_with_spaces_quotes_and_brackets_and_a_log_with_a_byte_order_mark(
    tmp_path, capsys
):
    path, out = tmp_path / "shop.log", tmp_path / "parts"
    files = ["web/x.py", "my app/ü b.py", "my app/[id].py", 'api/say "hi" x.py', "api/y.py"]
    quoted = [f'"{file.replace(chr(34), chr(92) + chr(34))}"' if '"' in file else file for file in files]
    path.write_text("\ufeff" + log(*((quoted[i % 5], quoted[i % 3])[: 1 + (i % 4 == 0)] for i in range(60))), "utf-8")
    assert main(["multi-vs-single-agent", "seam", str(path), "--parts", "2", "--write", str(out)]) == 0
    newer = next(s for s in capsys.readouterr().out.splitlines() if s.startswith("at the seam")).split()[4]
    assert main(["multi-vs-single-agent", "cut", str(path), str(out)]) == 0
    said = capsys.readouterr().out
    assert "in no part" not in said and f", {newer} (" in said.splitlines()[-1]
    out.write_text("rest: web/* api/*\nmine: my app/*\n")
    assert "add globs for them, those with spaces in double quotes, or" in refused(capsys, "cut", str(path), str(out))


def refused(capsys, *arguments: str) -> str:
    assert main(["multi-vs-single-agent", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_seam_tried_on_changes_to_unknown_files_says_so(tmp_path, capsys):
    path = tmp_path / "shop.log"
    old, new = [(f"{i % 8}.py",) for i in range(30)], [("new.py", "0.py")] * 30
    path.write_text(log(*new, *old))
    assert main(["multi-vs-single-agent", "seam", str(path), "--parts", "2"]) == 0
    assert "that is less than 80%: the newer half says little of these cuts" in capsys.readouterr().out


def test_a_seam_that_its_own_half_crosses_more_than_the_paths_says_so(tmp_path, capsys, monkeypatch):
    path = tmp_path / "shop.log"
    path.write_text(log(*[("a/1.py", "a/2.py"), ("b/1.py", "b/2.py")] * 30))
    said = "prefer it"
    assert main(["multi-vs-single-agent", "seam", str(path), "--parts", "2"]) == 0
    assert said not in capsys.readouterr().out
    monkeypatch.setattr(history, "at_seam", lambda touches, parts, random: np.arange(touches.shape[1]) % parts)
    assert main(["multi-vs-single-agent", "seam", str(path), "--parts", "2"]) == 0
    assert said in capsys.readouterr().out


def test_a_cut_found_on_another_history_says_so():
    commits = [commit("a/1", name=name) for name in "abc"]
    where = {"a/1": "left"}
    assert command.hindsight(commits, where, "f" * 40) == (
        "the cut was found on the commits up to ffffffffff, which is not in this log"
    )
    assert command.hindsight(commits, where, "a" * 40).endswith("3 commits of these; none later touches a part")
    assert history.found_on(f"{history.FOUND_ON}{'a' * 40}; only later ones test it\n") == "a" * 40
    assert history.found_on("# two\na/*\n") == ""


def test_what_a_cut_cannot_answer_is_refused_in_one_line(tmp_path, capsys):
    path, parts = tmp_path / "shop.log", tmp_path / "parts"
    parts.write_text("a/*\nb/*\n")
    assert "No such file" in refused(capsys, "cut", str(path), str(parts))
    path.write_text(log(("a/1", "b/1")))
    assert "1 commit with files: no share; is it shallow? git fetch --unshallow" in refused(
        capsys, "cut", str(path), str(parts)
    )
    path.write_text(log(("a/1", "b/1"), ("c/1",), ("a/1",)))
    assert "25% of the changes are to files in no part (c/1)" in refused(capsys, "cut", str(path), str(parts))
    path.write_text(log(("a/1",), ("a/1",)))
    assert "no file of the log is in the part 'b/*'" in refused(capsys, "cut", str(path), str(parts))
    path.write_bytes(b"\xff\xfe")
    assert "not UTF-8" in refused(capsys, "cut", str(path), str(parts))
    path.write_text(log(*[("a/1",)] * 10))
    assert "a cut is tried on 40 or more" in refused(capsys, "seam", str(path))
    path.write_text(log(*[("a/1",)] * 50))
    assert "1 files for 4 parts" in refused(capsys, "seam", str(path))
    assert "--parts is 1" in refused(capsys, "seam", str(path), "--parts", "1")
    assert "invalid choice" in refused(capsys, "cuts")


@pytest.mark.parametrize("line", ["3\t1\tsrc/a.py", "-\t-\tlogo.png", "M\tsrc/a.py", "R100\told.py\tnew.py"])
def test_a_log_that_says_more_than_paths_is_refused_with_its_line(line):
    with pytest.raises(ValueError, match=r"2: .* is more than a path; make the log with --name-only alone"):
        history.read_log(f"\0{'a' * 40}\n{line}\n")


@pytest.mark.parametrize(
    ("shop", "bill", "same"),
    [
        ('{"1043": 1999, "1042": 4000, "1044": 26}', '{"1042": 4000, "1043": 1999, "1044": 26}', True),
        ('{"1042": 4000, "1043": 1999, "1044": 26}', '{"1042": 40.00, "1043": 1999, "1044": 26}', False),
        ('{"1042": 4000, "1043": 1999, "1044": 26}', '{"1042": "4000", "1043": 1999, "1044": 26}', False),
        ('{"1042": 4000, "1043": 1999, "1044": 26}', '{"1042": 4000, "1043": 1999, "1044": 26', False),
        ('{"1042": 4000, "1043": 1999}', '{"1042": 4000, "1043": 1999}', False),
        ("{}", "{}", False),
        (None, None, False),
    ],
    ids=[
        "in another order",
        "another number",
        "text for a number",
        "a file cut short",
        "an order left out by both",
        "both empty",
        "no files",
    ],
)
def test_the_posts_commands_count_all_three_orders_only_of_equal_hand_overs(tmp_path: Path, shop, bill, same):
    tokens = MarkdownIt().parse((Path(merge.__file__).parents[2] / "posts/multi-vs-single-agent.md").read_text("utf-8"))
    commands = [token.content for token in tokens if token.type == "fence" and token.info == "bash"]
    assert len(commands) == 1
    for half, text in (("shop", shop), ("bill", bill)):
        (tmp_path / half).mkdir()
        if text is not None:
            (tmp_path / half / "handover.json").write_text(text, encoding="utf-8")
    ran = subprocess.run(["sh", "-c", commands[0]], cwd=tmp_path, capture_output=True, text=True)
    assert (ran.stdout == f"{len(to_copy()['orders'])}\n") == same
    assert ran.returncode == 0 or not same


def test_for_the_lamps_the_posts_commands_print_what_the_post_says(tmp_path: Path):
    post = (Path(merge.__file__).parents[2] / "posts/multi-vs-single-agent.md").read_text("utf-8")
    commands = next(
        token.content for token in MarkdownIt().parse(post) if token.type == "fence" and token.info == "bash"
    )
    numbers = [str(one["id"]) for one in to_copy()["orders"]]
    for half, make in zip(("shop", "bill"), DECISIONS[3].make, strict=True):
        (tmp_path / half).mkdir()
        orders = dict(zip(numbers, map(float if half == "bill" else int, make(to_copy())), strict=True))
        (tmp_path / half / "handover.json").write_text(json.dumps({"orders": orders}), encoding="utf-8")
    ran = subprocess.run(["sh", "-c", commands], cwd=tmp_path, capture_output=True, text=True)
    printed = [line[1:].strip().rstrip(",") for line in ran.stdout.splitlines() if '"1042"' in line]
    assert printed == ['"1042": 4000', '"1042": 40.0']
    assert all(f"`{line}`" in post for line in printed)
