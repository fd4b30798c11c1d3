import math
import os
import random
from dataclasses import replace

import numpy as np
import pytest
from labs import embedding
from labs.asymmetric_retrieval import (
    asked,
    bench,
    data,
    invoice,
    main,
    message,
    model,
    node,
    notes,
    recorded,
    retrieve,
    rewriting,
    stacks,
    stored,
    story,
    tracebacks,
    twice,
    unshared,
    warned,
)
from labs.record import Results


def test_bm25_of_two_documents_is_what_the_formula_gives_by_hand():
    # "disk" is in one of two documents of 2 and 4 words: idf ln(1 + 1.5/1.5), length factor 0.25 + 0.75 * 2/3
    found = retrieve.bm25(["disk full", "the pod was killed"], ["disk disk", "pool"])
    score = math.log(2) * 2.5 / (1 + 1.5 * (0.25 + 0.75 * 2 / 3))
    assert found == pytest.approx(np.array([[2 * score, 0], [0, 0]]))


def test_a_word_in_every_document_still_counts_for_a_document_and_not_against_it():
    assert retrieve.bm25(["a b", "a c"], ["a"]).min() > 0


def test_a_memory_scores_as_its_best_text():
    scores = np.array([[0.1, 0.5, 0.9], [0.8, 0.5, 0.2]])  # texts 0 and 2 belong to memory 0
    assert retrieve.best_view(scores, [0, 1, 0], 2).tolist() == [[0.9, 0.5], [0.8, 0.5]]


def test_fusion_prefers_the_memory_that_both_lists_rank_second_to_those_they_disagree_on():
    fused = retrieve.fuse(np.array([[3, 2, 1, 0]]), np.array([[0, 2, 1, 3]]))
    assert fused.argmax() == 1
    assert fused[0, 1] == pytest.approx(2 / 62)


def test_fusion_with_a_list_that_knows_nothing_keeps_the_order_of_the_other():
    fused = retrieve.fuse(np.zeros((1, 3)), np.array([[1, 3, 2]]))
    assert fused[0].argsort().tolist() == [0, 2, 1]


def test_ties_count_as_lost_so_that_a_retriever_without_any_match_finds_nothing():
    assert retrieve.ranks(np.zeros((1, 7)), [0]).tolist() == [7]
    assert retrieve.ranks(np.array([[0.2, 0.9, 0.4]]), [2]).tolist() == [2]


def test_a_list_cut_to_its_first_says_nothing_of_the_rest():
    fused = retrieve.fuse(np.array([[3, 2, 1, 0]]), np.array([[0, 1, 2, 3]]), depth=1)
    assert fused[0] == pytest.approx([1 / 61, 0, 0, 1 / 61])


def test_scores_are_stretched_before_they_are_added():
    blended = retrieve.blend(np.array([[10.0, 20.0, 30.0]]), np.array([[0.2, 0.2, 0.2]]))
    assert blended[0].tolist() == [0, 0.5, 1]  # a list of equal scores says nothing


def test_auroc_is_the_share_of_pairs_in_order_with_ties_half():
    assert retrieve.auroc(np.array([2.0, 1.0]), np.array([1.0, 0.0])) == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_removing_the_right_memory_leaves_the_others():
    assert retrieve.without(np.array([[3.0, 1.0], [2.0, 5.0]]), [0, 1]).max(1).tolist() == [1, 2]


def test_interval_of_a_constant_is_that_constant():
    assert retrieve.Bootstrap(10, seed=1).mean(np.ones(10)) == (1, 1, 1)


def test_no_two_texts_of_the_lab_are_the_same():
    rows = data.lessons()
    texts = [t for row in rows for t in (row.lesson, *row.question, *row.goal, row.goal_at_length, row.command)]
    assert len(rows) == 60 and len(set(texts)) == len(texts) == 9 * 60


def test_no_wording_is_asked_of_an_index_that_holds_it(b):
    assert (1, 1) not in b.pairs("goal", "lesson + goal") and len(b.pairs("goal", "lesson + goal")) == 6
    assert len(b.pairs("goal", "lesson + question")) == 9 and len(b.pairs("goal at length", "lesson + goal")) == 3
    for arm in b.queries:
        for index, variants in b.indexes.items():
            for a, s in b.pairs(arm, index):
                if not arm.startswith("error"):  # a message without a variable part comes back as it was
                    assert not {"".join(query) for query in b.queries[arm][a]} & set(variants[s][0]), (arm, index)


def test_a_word_that_shares_five_letters_with_the_lesson_goes_and_others_stay():
    assert data.unshared("Store the tokens after log-in", "keep a token in a store") == "the after log-in"


def test_every_error_names_the_source_it_was_read_from():
    lines = (data.DATA / "lessons.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert all("https://github.com/" in line and line.endswith(",2026-11-22") for line in lines)


def test_values_are_drawn_anew_but_the_words_of_a_message_stay():
    template = "watch '{p}' on {h} port {n} of {v}"
    a, b = data.drawn(template, random.Random(1)), data.drawn(template, random.Random(2))
    assert a != b and "{" not in a + b
    assert a.startswith("watch '/") and b.startswith("watch '/")


def test_caret_lines_go_and_every_other_line_stays():
    text = (
        "Traceback (most recent call last):\n"
        '  File "/srv/app/app.py", line 4, in load\n'
        "    return json.loads(\n"
        "           ~~~~~~~~~~^\n"
        "        text,\n"
        "        ^^^^^\n"
        '  File "<frozen runpy>", line 198, in _run\n'
        "ValueError: no\nsee the manual\n"
    )
    frame, frozen = tracebacks.frames(text)
    assert tracebacks.without_carets(frozen) == frozen
    assert tracebacks.without_carets(frame).splitlines()[1:] == ["    return json.loads(", "        text,"]
    assert tracebacks.caret_lines(text) == ["           ~~~~~~~~~~^\n", "        ^^^^^\n"]
    assert message.message(text) == "ValueError: no\nsee the manual"


def test_the_message_is_what_stands_below_the_last_frame_and_output_without_one_comes_back_whole():
    repeated = (
        'Traceback:\n  File "a.py", line 1, in f\n    f()\n  [Previous line repeated 9 more times]\nRecursionError: x\n'
    )
    chained = f"{repeated}\nDuring handling of the above exception, another exception occurred:\n\n{repeated[:-2]}y\n"
    assert message.message(repeated) == "RecursionError: x"
    assert message.message(chained) == "RecursionError: y"
    assert message.message("npm ERR! code 1\n") == "npm ERR! code 1"
    group = '  + Exception Group Traceback (most recent call last):\n  |   File "a.py", line 1\n  | ExceptionGroup: x'
    assert message.message(group) == group.strip()
    cut = repeated[: repeated.index("Recursion")]
    assert message.message(cut) == cut
    coloured = (
        '  File \x1b[35m"a.py"\x1b[0m, line 1\n    \x1b[31mf()\x1b[0m\n\x1b[1;35mKeyError\x1b[0m: \x1b[35mx\x1b[0m\n'
    )
    assert message.message(coloured) == "KeyError: x"
    for recorded_one in tracebacks.read():
        assert recorded_one.text.endswith(f"\n{message.message(recorded_one.text)}\n")
        assert "  File " not in message.message(recorded_one.text)


def test_the_message_of_every_stack_of_the_lab_is_the_bare_error(b):
    for depth in data.FRAMES:
        for query, (bare,) in zip(b.queries[f"error after {depth}"][0], b.queries["error"][0], strict=True):
            assert message.message("".join(query)) == bare


def test_the_switch_of_python_takes_away_caret_lines_and_more():
    rows = tracebacks.read()
    assert len(rows) == 2 * len(tracebacks.PROGRAMS)
    more = 0
    for shown, off in zip(rows[: len(rows) // 2], rows[len(rows) // 2 :], strict=True):
        left = tracebacks.without_carets(shown.text).splitlines()
        assert set(off.text.splitlines()) <= set(left)
        more += len(left) - len(off.text.splitlines())
    assert more > 0


@pytest.fixture(scope="module")
def b():
    return bench.Bench(seed=0)


def test_the_message_is_unread_exactly_when_the_stack_alone_fills_the_window(b):
    assert b.read("error").min() == 1
    assert b.read("error before 15").max() <= 1
    assert b.read("error after 15").max() == 0
    assert 0 < b.read("error after 3").mean() < 1
    assert (b.read("error after 5", 512) > b.read("error after 5")).any()


@pytest.mark.skipif(not os.environ.get("MINILM_DIR"), reason="MINILM_DIR names no model")
def test_a_query_in_parts_reads_as_the_whole_text(b):
    from labs import minilm

    for arm in ("error after 3", "error after 15", "error before 5", "goal and command"):
        for query in b.queries[arm][0][:5]:
            whole = minilm.tokenize("".join(query))
            assert data.pieces(query) == len(whole)
            for window in (256, 512):
                assert minilm.cut(minilm.tokenize(data.as_read(query, window)), window) == minilm.cut(whole, window)


GOOD = "lesson,goal,symptom,trigger\nUse WAL,run both,database is locked,lock error\nPrune weekly,,,\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("text,goal\na,b\n", r"notes.csv:1: the header must name `lesson`"),
        ("lesson;goal\na;b\n", r"notes.csv:1: .* with commas; it reads 'lesson;goal'"),
        ("lesson,goal\na,A\n", r"notes.csv:2: goal is the stored text itself"),
        ('lesson,symptom\nx,"a\nb\nc"\ny,z,1\n', r"notes.csv:5: 3 cells"),
        ("lesson,goals\na,b\n", r"notes.csv:1: the header must name"),
        ("lesson,Goal,next_step\na,b,c\n", r"notes.csv:1: columns 'Goal' and 'next_step' both are the goal"),
        ("lesson,goal\na,b\n\nc,d,e\n", r"notes.csv:4: 3 cells, the header has 2"),
        ("lesson,goal\na,b\n,d\n", r"notes.csv:3: the lesson is empty"),
        ("lesson,goal\na,b\na,d\n", r"notes.csv:3: the same lesson as in line 2"),
        ("lesson,goal\na,b\nA ,d\n", r"notes.csv:3: the same lesson as in line 2"),
        ("lesson,goal,trigger\na,b,b\n", r"notes.csv:2: goal is the stored text itself"),
        ("lesson,goal\na,\n", r"notes.csv: no row has a question, a goal or a symptom"),
        ('lesson,goal\n"a,b\n', r"notes.csv:2: not CSV"),
        ("", r"notes.csv:1: .* the file is empty"),
    ],
)
def test_a_bad_file_of_notes_is_refused_with_its_line(tmp_path, text, message):
    path = tmp_path / "notes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        notes.read(path)


def test_other_names_of_columns_are_read_and_columns_without_use_are_named(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MINILM_DIR", raising=False)
    path = tmp_path / "notes.csv"
    path.write_text(",Lesson,next step,ERROR,created_at\n0,Use WAL,run both,database is locked,May\n", encoding="utf-8")
    found = notes.read(path)
    assert found.lessons == ["Use WAL"] and found.unused == ["", "created_at"]
    assert found.queries["goal"] == [("run both", 0, 2)] and found.queries["symptom"] == [("database is locked", 0, 2)]
    assert main(["test", str(path)]) == 0
    assert "not used: column (without a name), created_at. Rename" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("symptom", "message"),
    [
        (
            'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nKeyError: 4\nnot 5',
            "KeyError: 4\nnot 5",
        ),
        ("TypeError: no x\r\n    at f (a.js:1:2)\r\n    at node:vm:130:12", "TypeError: no x"),
        ("database is locked", "database is locked"),
        ("fatal: look\n  at your branch is behind", "fatal: look"),  # a line that reads like a frame of Node's
        ('  File "a.py", line 1, in f\n    g()\n', '  File "a.py", line 1, in f\n    g()\n'),  # nothing but frames
    ],
)
def test_frames_of_python_and_node_are_taken_off_a_symptom(symptom, message):
    assert notes.bare(symptom) == message


def test_symptoms_with_frames_are_asked_with_and_without_and_a_lookup_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MINILM_DIR", raising=False)
    path = tmp_path / "notes.csv"
    stack = "Traceback (most recent call last):\n  File 'q'\n".replace("'q'", '""q"", line 1, in f') + "locked"
    path.write_text(f'lesson,error,trigger\nUse WAL,"{stack}",locked\nPrune weekly,,\n', encoding="utf-8")
    rows, _ = notes.measure(notes.read(path), {"BM25": retrieve.bm25})
    assert [row[:2] for row in rows][2:] == [[notes.BARE, "lesson"], [notes.BARE, "lesson + trigger"]]
    assert main(["test", str(path)]) == 0
    assert "1 messages without their frames are a stored text" in " ".join(capsys.readouterr().out.split())


def test_a_file_in_another_encoding_or_missing_is_refused(tmp_path):
    (tmp_path / "notes.csv").write_bytes(b"lesson,goal\ncaf\xe9,b\n")
    with pytest.raises(ValueError, match="not UTF-8 at byte 15"):
        notes.read(tmp_path / "notes.csv")
    with pytest.raises(ValueError, match="cannot be read"):
        notes.read(tmp_path / "none.csv")


def test_words_of_other_alphabets_are_words_and_a_script_without_spaces_is_searched_by_its_signs(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text(
        "lesson,question\nВсегда храните время в UTC,Где хранить время?\nСчета округляйте вверх,Что делать с: счета?\n"
        "总是以协调时存储时间,时间怎样存储?\nПравило für Größe,welche Größe?\n",
        encoding="utf-8",
    )
    rows, _ = notes.measure(notes.read(path), {"BM25": retrieve.bm25})
    assert rows == [["question", "lesson", 4, 4, 4]]
    assert retrieve.words("Retry_after 2x, für 时间") == ["retry", "after", "2x", "für", "时", "间"]


@pytest.mark.parametrize(("row", "name"), [("…,why", "lesson"), ("why,?!", "question")])
def test_a_lesson_or_a_query_without_a_word_is_refused_with_its_line(tmp_path, row, name):
    path = tmp_path / "notes.csv"
    path.write_text(f"lesson,question\na,b\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"notes.csv:3: the {name} has no letter or digit"):
        notes.read(path)


def test_a_trigger_is_another_text_of_its_lesson_and_can_only_be_found_when_indexed(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text(GOOD, encoding="utf-8")
    rows, misses = notes.measure(notes.read(path), {"BM25": retrieve.bm25})
    assert ["symptom", "lesson", 1, 0, 1] in rows  # no word in common: tied with the other lesson, so second
    assert ["symptom", "lesson + trigger", 1, 0, 1] in rows  # "lock" is not "locked"
    assert misses == []
    path.write_text(GOOD.replace("lock error", "is locked"), encoding="utf-8")
    rows, _ = notes.measure(notes.read(path), {"BM25": retrieve.bm25})
    assert ["symptom", "lesson + trigger", 1, 1, 1] in rows


def test_the_command_says_when_the_model_is_left_out(capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("MINILM_DIR", raising=False)
    (tmp_path / "mine.csv").write_text(GOOD, encoding="utf-8")
    assert main(["test", str(tmp_path / "mine.csv")]) == 0
    printed = capsys.readouterr().out
    assert "lesson + trigger" in printed and "MiniLM was left out" in printed
    assert main(["tset", "x"]) == 2


def test_the_example_runs_with_the_model_from_the_cache(capsys, monkeypatch):
    monkeypatch.delenv("MINILM_DIR", raising=False)
    assert main(["test"]) == 0
    printed = capsys.readouterr().out
    assert "first five of MiniLM" in printed and "longer than the model reads" in " ".join(printed.split())


def test_bm25_once_ignores_how_often_a_query_repeats_a_word_and_the_saturating_one_counts_it_less():
    documents = ["file line", "database is locked"]
    once = retrieve.bm25(documents, ["file file file line database is locked"], weight=retrieve.once)
    assert (once == retrieve.bm25(documents, ["file line database is locked"])).all()
    assert 1 < retrieve.saturating(3, 1.0) / retrieve.saturating(1, 1.0) < 3


# Each claim that the post rests on is broken once: a piece of the lab is replaced, and the claim must fall.


def claims(part, *arguments):
    """Which claims of a part of the lab hold."""
    results = Results()
    part(*arguments, results)
    return {name: claim.holds[0] for name, claim in results.claims.items()}


def swapped(change):
    """A bench whose queries or lessons `change` has altered."""
    one = bench.Bench(seed=0)
    change(one)
    return one


def test_claims_about_questions_and_steps_fall_when_steps_are_questions():
    def change(one):
        one.queries |= {"goal": one.queries["question"], "goal at length": one.queries["error after 15"]}

    found = claims(asked.registers, swapped(change))
    assert not (found["question_beats_goal"] or found["lead"] or found["length_helps"] or found["command_helps"])
    assert not claims(asked.wordings, swapped(change))["every_wording"]


def test_claims_about_json_and_retelling_fall_when_the_queries_are_the_plain_ones():
    def change(one):
        one.queries |= {"goal as JSON": one.queries["goal"], "error in words": one.queries["error"]}

    found = claims(asked.registers, swapped(change))
    assert not (found["json_hurts"] or found["retelling_hurts"])


def test_shared_words_explain_the_gap_when_it_vanishes_without_them():
    def change(one):
        one.queries["question, shared words out"] = one.queries["goal, shared words out"]

    assert not claims(asked.overlap, swapped(change))["words_are_a_part"]


def test_length_would_be_shared_words_alone_if_it_found_no_more_without_them():
    def change(one):
        one.queries["goal at length, shared words out"] = one.queries["goal, shared words out"]

    assert not claims(asked.overlap, swapped(change))["length_helps_without_words"]


def test_shared_words_would_not_be_most_of_the_gain_by_length_if_none_were_taken_out():
    def change(one):
        for arm in ("goal at length", "goal"):
            one.queries[f"{arm}, shared words out"] = one.queries[arm]

    assert not claims(asked.overlap, swapped(change))["length_helps_without_words"]


def test_the_command_would_match_length_if_it_found_as_much():
    def change(one):
        one.queries["goal and command"] = one.queries["goal at length"]

    assert not claims(asked.registers, swapped(change))["command_helps"]


def test_a_model_that_wrote_the_questions_would_help():
    def change(one):
        one.queries["goal rewritten at length"] = one.queries["question"]

    assert not claims(rewriting.measure, swapped(change))["small_model_no_help"]


def test_e5_would_close_the_gap_if_it_found_steps_as_it_finds_questions(monkeypatch):
    vectors = bench.Bench.vectors
    monkeypatch.setattr(
        bench.Bench, "vectors", lambda self, arm, a, by: vectors(self, "question" if by == "E5" else arm, a % 3, by)
    )
    one = swapped(lambda one: None)
    assert not claims(asked.registers, one)["e5_keeps_the_gap"]


def test_two_searches_would_be_no_gain_if_the_second_were_the_first_again():
    def change(one):
        one.queries["goal at length"] = one.queries["error"]

    assert not claims(twice.measure, swapped(change))["second_search_helps"]


def test_a_second_search_would_be_more_than_shared_words_if_it_helped_without_them():
    def change(one):
        one.queries["goal at length, shared words out"] = one.queries["goal at length"]

    assert not claims(twice.measure, swapped(change))["second_search_is_shared_words"]


def test_a_bare_second_search_would_help_if_steps_were_told_at_length():
    def change(one):
        one.queries |= {"goal": one.queries["goal at length"], "command": one.queries["goal at length"]}

    assert not claims(twice.measure, swapped(change))["bare_second_search_open"]


def test_padding_would_help_if_the_wrapper_held_the_question():
    def change(one):
        one.queries |= {"goal as JSON": one.queries["question"], "goal as question": one.queries["question"]}

    assert not claims(twice.measure, swapped(change))["padding_adds_nothing"]


def test_two_searches_count_a_memory_by_its_better_score_or_by_both_ranks():
    class Two:
        gold, queries = np.array([0]), {"goal": [None]}

        def scores(self, arm, a, index, s):
            return np.array([self.first if arm == "error" else self.second])

    two = Two()
    two.first, two.second = [0.5, *[0.9] * 6], [0.95, *[0.1] * 6]
    assert twice.both(two, "goal").tolist() == [1]
    two.first, two.second = [0.5, 0.9, 0.8, 0.7, 0.1, 0.1, 0.1], [0.5, 0.1, 0.1, 0.1, 0.9, 0.8, 0.7]
    assert twice.both(two, "goal").tolist() == [0]  # each of the six others has the better score in one of the two
    assert twice.both(two, "goal", by_rank=True).tolist() == [1]  # fourth in both, ahead of two that are third and last


def test_claims_about_stacks_fall_when_the_message_is_all_that_is_read(monkeypatch):
    monkeypatch.setattr(data, "as_read", lambda query, window: query[-1])
    found = claims(stacks.windows, swapped(lambda one: None))
    assert not (found["traceback_hides"] or found["longer_window_moves_it"] or found["two_causes"])


def test_the_model_would_not_have_stopped_reading_if_it_read_every_message(monkeypatch):
    read = bench.Bench.read

    def whole(self, arm, window=embedding.WINDOW):
        return np.ones(60) if arm == "error after 5" else read(self, arm, window)

    monkeypatch.setattr(bench.Bench, "read", whole)
    assert not claims(stacks.windows, swapped(lambda one: None))["traceback_hides"]


def test_claims_about_order_and_carets_fall_when_every_arm_is_the_same():
    def change(one):
        for name in ("error before 15", "error after 15", "error after 5", "error after 5, no carets"):
            one.queries[name] = one.queries["error"]

    found = claims(stacks.arms, swapped(change))
    assert not (found["message_first_helps"] or found["bare_message_wins"] or found["carets_cost_some"])
    assert not (found["best_part_helps"] or found["python_in_part"])


def test_the_command_would_be_no_rival_if_it_stood_for_the_message():
    def change(one):
        one.queries["command and error"] = one.queries["command"]

    assert not claims(stacks.arms, swapped(change))["command_before_error"]


def test_the_order_of_the_advice_falls_when_the_message_after_five_frames_is_bare():
    def change(one):
        one.queries["error after 5"] = one.queries["error"]

    assert not claims(stored.gains, swapped(change))["advice_in_order"]


def test_the_order_would_not_be_open_for_python_if_a_stored_step_gained_nothing():
    def change(one):
        one.indexes["lesson + goal"] = one.indexes["lesson"] * data.WORDINGS

    assert claims(stacks.arms, swapped(lambda one: None))["python_order_open"]
    assert not claims(stacks.arms, swapped(change))["python_order_open"]


def test_hybrid_would_help_if_it_helped_steps_at_length_alone(monkeypatch):
    gain = bench.Bench.gain

    def helped(self, one, other):
        found = gain(self, one, other)
        return (0.2, 0.1, 0.3) if one == ("goal at length", "lesson", "fused k=1") else found

    monkeypatch.setattr(bench.Bench, "gain", helped)
    assert not claims(stored.fusion, swapped(lambda one: None))["hybrid_is_no_cure"]


def test_reading_all_would_help_if_frames_did_not_dilute(monkeypatch):
    vectors = bench.Bench.vectors
    monkeypatch.setattr(
        bench.Bench, "vectors", lambda self, arm, a, by: vectors(self, "error" if by == "E5" else arm, a, by)
    )
    assert not claims(stacks.windows, swapped(lambda one: None))["reading_all_dilutes"]


def test_claims_about_stored_triggers_fall_when_nothing_is_stored():
    def change(one):
        texts, own = one.indexes["lesson"][0]
        again = [(texts + texts[:60], own + own[:60])]  # the triggers say what the lessons say
        one.indexes = {name: again * len(variants) for name, variants in one.indexes.items()}
        one.indexes["lesson"] = [(texts, own)]

    found = claims(stored.gains, swapped(change))
    names = ("stored_goal_helps", "both_best", "apart_beats_one_text", "no_index_helps_unread", "symptom_is_a_lookup")
    assert not any(found[name] for name in (*names, "joined_gains_most"))
    assert not claims(unshared.measure, swapped(change))["stored_helps_without_words"]


def test_separate_texts_would_not_win_if_a_step_in_the_lesson_were_found_as_often():
    def change(one):
        one.indexes["goal in the lesson"] = one.indexes["lesson + goal"]

    found = claims(stored.gains, swapped(change))
    assert found["joined_gains_most"] and not found["apart_beats_one_text"]
    assert not found["joined_costs_retold"]


def test_an_index_that_found_unread_messages_would_refute_that_none_does():
    def change(one):
        one.queries["error after 5"] = one.queries["error"]

    assert not claims(stored.gains, swapped(change))["no_index_helps_unread"]


def test_claims_about_fusion_fall_when_words_count_as_often_as_they_stand(monkeypatch):
    monkeypatch.setitem(bench.LEXICAL, "BM25 once", None)
    found = claims(stored.fusion, swapped(lambda one: None))
    assert not (found["words_once"] or found["fused_once_works"])


def test_fusion_would_not_lose_if_a_steep_constant_kept_what_keywords_found(monkeypatch):
    fuse = retrieve.fuse
    monkeypatch.setattr(retrieve, "fuse", lambda a, b, k=60, **how: b if k == 1 else fuse(a, b, k=k, **how))
    assert not claims(stored.fusion, swapped(lambda one: None))["fusion_loses"]


def test_fusion_that_took_the_better_list_would_lose_nothing_and_hybrid_would_help(monkeypatch):
    monkeypatch.setattr(retrieve, "fuse", lambda minilm, bm25, **how: bm25)
    assert not claims(stored.fusion, swapped(lambda one: None))["fusion_loses"]
    monkeypatch.setattr(retrieve, "fuse", lambda *lists, **how: np.eye(60, 120))
    assert not claims(stored.fusion, swapped(lambda one: None))["hybrid_is_no_cure"]


def test_the_score_would_speak_if_a_missing_memory_left_nothing(monkeypatch):
    monkeypatch.setattr(retrieve, "without", lambda scores, gold: scores - 1)
    found = claims(warned.measure, swapped(lambda one: None))
    assert not (found["score_is_silent"] or found["only_lookup_separates"])


def test_the_score_would_warn_if_every_question_scored_above_every_stack(monkeypatch):
    monkeypatch.setattr(retrieve, "auroc", lambda positive, negative: 1.0)
    assert not claims(warned.measure, swapped(lambda one: None))["score_overlaps"]


def test_no_note_would_answer_all_if_stacks_were_questions():
    def change(one):
        one.queries["error after 15"] = one.queries["question"][:1]

    assert not claims(warned.measure, swapped(change))["one_note_answers_all"]


def test_claims_about_python_fall_with_a_wide_window_and_about_node_when_it_prints_the_stack(monkeypatch):
    monkeypatch.setattr(embedding, "WINDOW", 5000)
    found = claims(recorded.python)
    assert not (found["real_messages_cut"] or found["characters_decide"])
    errors = [replace(error, printed=error.stack) for error in node.read()]
    monkeypatch.setattr(node, "read", lambda: errors)
    found = claims(recorded.javascript)
    assert not (found["node_prints_source_first"] or found["node_head_fails_in_a_bundle"])


def test_the_example_would_not_agree_if_its_questions_were_its_steps(monkeypatch):
    read = notes.read

    def same(path):
        found = read(path)
        return replace(found, queries=found.queries | {"question": found.queries["goal"]})

    monkeypatch.setattr(notes, "read", same)
    assert not claims(notes.example)["example_agrees"]


def test_the_story_falls_when_its_step_is_a_question():
    def change(one):
        one.queries["goal"] = one.queries["question"]

    assert not claims(story.measure, swapped(change))["story"]


def test_the_story_falls_when_no_step_is_stored_and_when_the_message_is_sent_alone(monkeypatch):
    def change(one):
        one.indexes["lesson + goal"] = one.indexes["lesson"] * 3

    bare = {end: message.message(text) for end, text in invoice.read().items()}
    monkeypatch.setattr(invoice, "read", lambda: bare)
    found = claims(story.measure, swapped(change))
    assert not (found["story"] or found["story_stored"] or found["wrong_note_first"])


def test_the_recorded_tracebacks_of_the_story_end_with_their_message():
    for text in invoice.read().values():
        assert message.message(text).startswith("sqlalchemy.orm.exc.DetachedInstanceError: Parent instance <Invoice")
        assert text.endswith(f"\n{message.message(text)}\n")


def test_every_prompt_ends_where_the_model_goes_on():
    for kind in model.ARMS:
        assert model.prompt(kind, "Ship it").endswith(f"Goal: Ship it\n{kind.capitalize()}:")
