import math
import random

import numpy as np
import pytest
from labs.asymmetric_retrieval import Bench, data, main, notes, retrieve, tracebacks


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


def test_auroc_is_the_share_of_pairs_in_order_with_ties_half():
    assert retrieve.auroc(np.array([2.0, 1.0]), np.array([1.0, 0.0])) == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_removing_the_right_memory_leaves_the_others():
    assert retrieve.without(np.array([[3.0, 1.0], [2.0, 5.0]]), [0, 1]).max(1).tolist() == [1, 2]


def test_interval_of_a_constant_is_that_constant():
    assert retrieve.Bootstrap(10, seed=1).mean(np.ones(10)) == (1, 1, 1)


def test_no_wording_that_is_asked_is_stored():
    rows = data.lessons()
    stored = {text for row in rows for text in (row.lesson, row.question_stored, row.goal_stored)}
    asked = [text for row in rows for text in (row.question_asked, row.goal_asked, row.error_in_words)]
    assert len(rows) == 60 and len(set(asked)) == len(asked)
    assert not stored & set(asked)


def test_every_error_names_the_source_it_was_read_from():
    lines = (data.DATA / "lessons.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert all("https://github.com/" in line and line.endswith(",2026-11-22") for line in lines)


def test_values_are_drawn_anew_but_the_words_of_a_message_stay():
    template = "watch '{p}' on {h} port {n} of {v}"
    a, b = data.drawn(template, random.Random(1)), data.drawn(template, random.Random(2))
    assert a != b and "{" not in a + b
    assert a.startswith("watch '/") and b.startswith("watch '/")


def test_caret_lines_go_and_source_lines_stay():
    text = (
        "Traceback (most recent call last):\n"
        '  File "/srv/app/app.py", line 4, in load\n'
        "    return json.loads(text)\n"
        "           ~~~~~~~~~~^^^^^^\n"
        '  File "<frozen runpy>", line 198, in _run\n'
        "ValueError: no\nsee the manual\n"
    )
    frame, frozen = tracebacks.frames(text)
    assert tracebacks.without_carets(frozen) == frozen
    assert (
        tracebacks.without_carets(frame) == '  File "/srv/app/app.py", line 4, in load\n    return json.loads(text)\n'
    )
    assert tracebacks.message(text) == "ValueError: no\nsee the manual\n"


def test_recorded_tracebacks_without_carets_are_those_with_them_less_the_caret_lines():
    rows = tracebacks.read()
    assert len(rows) == 2 * len(tracebacks.PROGRAMS)
    for shown, plain in zip(rows[: len(rows) // 2], rows[len(rows) // 2 :], strict=True):
        assert [tracebacks.without_carets(f) for f in tracebacks.frames(shown.text)] == tracebacks.frames(plain.text)


def test_the_message_is_unread_exactly_when_the_stack_alone_fills_the_window():
    bench = Bench(seed=0)
    assert bench.read("error").min() == 1
    assert bench.read("error before 15").max() <= 1
    assert bench.read("error after 15").max() == 0
    assert 0 < bench.read("error after 3").mean() < 1


GOOD = "lesson,goal,symptom,trigger\nUse WAL,run both,database is locked,lock error\nPrune weekly,,,\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("note,goal\na,b\n", r"notes.csv:1: the header must name `lesson`"),
        ("lesson,goals\na,b\n", r"notes.csv:1: the header must name"),
        ("lesson,goal,gaol\na,b,c\n", r"notes.csv:1: column 'gaol' is not known"),
        ("lesson,goal\na,b\n\nc,d,e\n", r"notes.csv:4: 3 cells, the header has 2"),
        ("lesson,goal\na,b\n,d\n", r"notes.csv:3: the lesson is empty"),
        ("lesson,goal\na,b\na,d\n", r"notes.csv:3: the same lesson as in line 2"),
        ("lesson,goal,trigger\na,b,b\n", r"notes.csv:2: goal is the stored text itself"),
        ("lesson,goal\na,\n", r"notes.csv: no row has a question, a goal or a symptom"),
        ('lesson,goal\n"a,b\n', r"notes.csv:2: not CSV"),
        ("", r"notes.csv:1: the header must name"),
    ],
)
def test_a_bad_file_of_notes_is_refused_with_its_line(tmp_path, text, message):
    path = tmp_path / "notes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        notes.read(path)


def test_a_file_in_another_encoding_or_missing_is_refused(tmp_path):
    (tmp_path / "notes.csv").write_bytes(b"lesson,goal\ncaf\xe9,b\n")
    with pytest.raises(ValueError, match="not UTF-8 at byte 15"):
        notes.read(tmp_path / "notes.csv")
    with pytest.raises(ValueError, match="cannot be read"):
        notes.read(tmp_path / "none.csv")


def test_a_trigger_is_another_text_of_its_lesson_and_can_only_be_found_when_indexed(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text(GOOD, encoding="utf-8")
    rows, misses = notes.measure(notes.read(path), {"BM25": retrieve.bm25})
    assert ["symptom", "lesson", 1, 0.0, 1.0] in rows  # no word in common: tied with the other lesson, so second
    assert ["symptom", "lesson + trigger", 1, 0.0, 1.0] in rows  # "lock" is not "locked"
    assert misses == []
    path.write_text(GOOD.replace("lock error", "is locked"), encoding="utf-8")
    rows, _ = notes.measure(notes.read(path), {"BM25": retrieve.bm25})
    assert ["symptom", "lesson + trigger", 1, 1.0, 1.0] in rows


def test_the_command_prints_a_table_and_says_when_the_model_is_left_out(capsys, monkeypatch):
    monkeypatch.delenv("MINILM_DIR", raising=False)
    assert main(["test"]) == 0
    printed = capsys.readouterr().out
    assert "lesson + trigger" in printed and "MiniLM was left out" in printed
    assert main(["tset", "x"]) == 2


def test_bm25_once_ignores_how_often_a_query_repeats_a_word():
    documents = ["file line", "database is locked"]
    once = retrieve.bm25_once(documents, ["file file file line database is locked"])
    assert (once == retrieve.bm25(documents, ["file line database is locked"])).all()
