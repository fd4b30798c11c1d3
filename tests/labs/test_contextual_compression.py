import csv
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from labs.contextual_compression import chat, command, dialogues, keeping, locomo, main, planted, session, table


def test_the_turn_with_words_said_once_is_kept_first():
    turns = ["the plan is fine", "is the plan fine", "never say guaranteed", "the plan is the plan"]
    assert keeping.rarest(turns, budget=3, size=lambda turn: len(turn.split())) == [2]


def test_what_is_kept_fits_the_budget_and_stands_in_order():
    turns = [f"{word} is said here" for word in ("ape", "bee", "cat", "dog")] + ["is said here"]
    kept = keeping.rarest(turns, budget=9, size=lambda turn: len(turn.split()))
    assert kept == sorted(kept) and sum(len(turns[i].split()) for i in kept) <= 9


def test_a_turn_too_large_is_skipped_and_a_later_one_still_fits():
    assert keeping.take([0, 1, 2], [5, 9, 3], 8) == [0, 2]


def test_equal_scores_keep_their_order_whatever_the_last_digit():
    assert keeping.best_first([0.5, 0.5 + 1e-9, 0.7]) == [2, 0, 1]


def test_textrank_puts_the_turn_that_resembles_all_first_and_sums_to_one():
    likeness = np.array([[1, 0.9, 0.9], [0.9, 1, 0.1], [0.9, 0.1, 1.0]])
    rank = keeping.textrank(likeness)
    assert rank.argmax() == 0
    assert rank.sum() == pytest.approx(1)


def test_a_context_is_cut_when_it_overflows_and_keeps_the_newest_and_what_is_put_first():
    seen = []

    def lowest(older):
        seen.append(older)
        return older

    assert keeping.cut_again([1] * 10, 4, 5, lowest) == ([0, 1, 8, 9], 3)
    assert seen == [[0, 1, 2, 3], [0, 1, 4, 5], [0, 1, 6, 7]]
    assert keeping.cut_again([1] * 10, 4, 10, lowest) == ([0, 1, 8, 9], 1)


def test_the_rarity_in_a_context_counts_only_what_is_still_there():
    turns = ["ape", "ape", "ape", "bee", "bee"]
    assert keeping.rarest_first(turns, [0, 3, 4])[0] == 0
    assert keeping.rarest_first(turns, [0, 1, 2, 3])[0] == 3


def test_the_event_is_a_chat_whose_lawyers_forbid_the_word_and_do_not_change_it_whatever_the_seed():
    for seed in range(6):
        one = planted.event(seed)
        assert one.chat.turns[one.turn - 1] == f'Anything but "{one.word}", our lawyers are strict.'
        assert not next(fact for fact in one.chat.facts if fact.kind.name == "word").stale


def test_marginal_relevance_takes_no_second_copy_before_something_new():
    vectors = np.array([[1, 0], [1, 0], [0.6, 0.8]])
    order = keeping.diverse(vectors)
    assert sorted(order) == [0, 1, 2] and {order[0], order[1]} != {0, 1}


def test_a_planted_chat_holds_each_value_at_its_turn_and_changes_four():
    one = chat.planted(3)
    assert len(one.turns) == chat.TURNS
    assert all(fact.value in one.turns[fact.turn] for fact in one.facts)
    changed = [fact for fact in one.facts if fact.stale]
    assert len(changed) == chat.CHANGED
    assert all(fact.stale in one.turns[fact.stale_turn] and fact.stale_turn < fact.turn for fact in changed)


def test_a_writer_that_knows_every_way_keeps_the_newest_value_of_each_fact():
    one = chat.planted(5)
    assert chat.slots(one.turns, 3) == {fact.kind.name: fact.value for fact in one.facts}
    assert len(chat.slots(one.turns, 1)) < len(one.facts)


def test_only_the_old_value_is_counted_where_its_correction_is_gone():
    one = chat.planted(0)
    fact = next(fact for fact in one.facts if fact.stale)
    assert planted.kept_turns(one, [fact.stale_turn]).stale_only == 1 / chat.CHANGED
    assert planted.kept_turns(one, [fact.stale_turn, fact.turn]).stale_only == 0


FILE = [
    {
        "sample_id": "conv-1",
        "conversation": {
            "session_1": [
                {"speaker": "Ann", "dia_id": "D1:1", "text": "Hello there, how are you?"},
                {"speaker": "Bo", "dia_id": "D1:2", "text": "I adopted a grey parrot named Otto."},
                {"speaker": "Ann", "dia_id": "D1:3", "text": "Wow!", "blip_caption": "a grey parrot"},
            ],
        },
        "qa": [
            {"question": "What pet has Bo?", "answer": "grey parrot", "evidence": ["D1:2"], "category": 4},
            {"question": "Which Otto?", "answer": "a parrot named Otto", "evidence": ["D1:02; D1:3"], "category": 1},
            {"question": "When?", "answer": 2022, "evidence": ["D1:2"], "category": 2},
            {"question": "Happy?", "answer": "Likely yes", "evidence": ["D"], "category": 3},
        ],
        "observation": {"session_1_observation": {"Bo": [["Bo has a parrot, Otto.", "D1:2"]]}},
        "session_summary": {"session_1_summary": "Ann and Bo talked about pets."},
    }
]


@pytest.fixture
def dialogue(tmp_path):
    path = tmp_path / "locomo10.json"
    path.write_text(json.dumps(FILE), encoding="utf-8")
    return locomo.read(path)[0]


def test_evidence_is_found_however_it_is_written_and_captions_are_said(dialogue):
    assert [question.evidence for question in dialogue.questions] == [(1,), (1, 2), (1,), ()]
    assert dialogue.turns[2] == "Wow! [shares a grey parrot]"


def test_the_tables_hold_numbers_of_answers_and_no_text(dialogue, monkeypatch):
    monkeypatch.setattr(table, "pieces", lambda texts: [len(text.split()) for text in texts])
    turns, written, questions, again = table.rows(dialogue, np.eye(3), {1: 2.5})
    assert [(row["cuts"], row["kept"]) for row in again] == [(1, ""), (2, ""), (3, "")]
    assert [row["answers"] for row in turns] == ["", "0", "0"]
    assert [row["loosely"] for row in turns] == ["", "0 1", "0"]
    assert [row["asked"] for row in turns] == [0, 3, 1]
    assert [(row["kind"], row["loosely"]) for row in written] == [("summary", ""), ("observation", "")]
    assert [(row["question"], row["literal"]) for row in questions] == [(0, 1), (1, 0)]
    assert turns[1]["surprise"] == 2.5
    texts = {"dialogue", "kind", "answers", "loosely", "surprise", "bm25", "facts", "facts_loosely"}
    assert all(
        isinstance(v, int | float) for row in turns + written + questions for k, v in row.items() if k not in texts
    )


def test_a_search_reads_until_a_text_holds_the_answer_and_says_so_if_none_does():
    held = [{"answers": "", "loosely": "8"}, {"answers": "7", "loosely": "7 8"}, {"answers": "7", "loosely": "7"}]
    said = [["a", "cat"], ["a", "dog"], ["the", "bird"]]
    assert table.until(said, [3, 5, 2], held, 7, "the dog, dog and bird") == {"answers": 2, "loosely": 2}
    assert table.until(said, [3, 5, 2], held, 8, "a dog") == {"answers": "", "loosely": 5}


def test_committed_tables_hold_no_word_but_names_of_columns_and_dialogues():
    for path in dialogues.DATA.glob("*.csv"):
        letters = {
            cell
            for line in path.read_text(encoding="utf-8").splitlines()[1:]
            for cell in line.split(",")
            if any(c.isalpha() for c in cell)
        }
        assert letters <= {one.name for one in dialogues.read()} | {"summary", "observation"}


def test_another_file_than_locomo_is_refused_in_a_line(tmp_path):
    path = tmp_path / "x.json"
    for content in ("[{}]", "{", '"text"', "[1]"):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match=r"x\.json: not LoCoMo's") as error:
            locomo.read(path)
        assert "\n" not in str(error.value)


def test_bm25_puts_the_document_with_the_rare_word_of_the_query_first():
    documents = [["a", "cat"], ["a", "dog"], ["a", "cow"]]
    assert keeping.best_first(keeping.bm25(documents, ["a", "dog"]))[0] == 1


def lines(path: Path, *messages: object) -> Path:
    path.write_text("".join(json.dumps(message) + "\n" for message in messages), encoding="utf-8")
    return path


def small(tmp_path) -> Path:
    talk = [{"role": "user", "content": f"the page is fine, number {i % 2}"} for i in range(20)]
    talk[4] = {"role": "user", "content": [{"type": "text", "text": "Never write zanzibar, say lawyers."}]}
    talk[9] = {"role": "assistant", "content": [{"type": "image", "source": {}}]}
    return lines(tmp_path / "s.jsonl", *talk)


def test_the_command_says_which_answer_each_way_loses(tmp_path, capsys):
    probes = tmp_path / "p.csv"
    probes.write_text("answer\nzanzibar\n", encoding="utf-8")
    assert main(["keep", str(small(tmp_path)), "--budget", "20", "--probes", str(probes)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "1 messages have parts" in said[1]
    assert [line.split(":")[0] for line in said[2:]] == ["window", "TextRank on shared words", "dice", "rare words"]
    assert said[-1].startswith("rare words: keeps") and "1 of 1 answers" in said[-1]
    assert any(line.startswith("window") and "lost: 'zanzibar'" in line for line in said)


def test_a_block_of_text_without_a_text_is_no_message(tmp_path):
    path = lines(
        tmp_path / "n.jsonl",
        {"role": "user", "content": [{"type": "text", "text": None}]},
        {"role": "user", "content": "hello"},
    )
    assert session.read(path) == session.Session(("hello",), 1)


def test_without_probes_the_command_shows_the_rarest_message_that_is_dropped(tmp_path, capsys):
    assert main(["keep", str(small(tmp_path)), "--budget", "20"]) == 0
    assert "5: 'Never write zanzibar" in next(x for x in capsys.readouterr().out.splitlines() if x.startswith("window"))


def test_an_old_value_without_its_correction_is_told():
    old, new = "It costs 10 euros.", "Now it costs 20 euros."
    probe = session.Probe("20 euros", "10 euros")
    assert command.probed([old], [probe]) == (["20 euros"], ["20 euros"])
    assert command.probed([old, new], [probe]) == ([], [])


@pytest.mark.parametrize("text", ["计划是无风险的,律师已确认", "このプランは无风险です", "план无风险"])
def test_an_answer_inside_a_script_without_spaces_is_found_and_one_that_is_not_there_is_not(text):
    assert session.holds(text, "无风险")
    assert not session.holds(text, "风无险")


@pytest.mark.parametrize(
    ("summary", "must", "says"),
    [
        ("Never  say\nrisk-free.", "Risk-free\r\nsay  risk-free\r\n\tnever", ""),
        ("Never say it.", "risk-free", "lost: risk-free\n"),
        (None, "never", "lost: never\n"),
    ],
)
def test_the_lines_of_the_post_name_what_the_summary_lacks_however_it_is_spaced(tmp_path, summary, must, says):
    post = Path(__file__).parents[2] / "docs" / "posts" / "contextual-compression.md"
    block = post.read_text(encoding="utf-8").split("```sh\n")[1].split("```")[0]
    (tmp_path / "must.txt").write_bytes(must.encode())
    (tmp_path / "flat.txt").write_text("never, of the last run")
    if summary:
        (tmp_path / "summary.txt").write_text(summary)
    assert subprocess.run(["sh", "-c", block], cwd=tmp_path, capture_output=True, text=True).stdout == says


def test_what_an_agent_kept_is_judged_first_and_dice_get_as_many_tokens(tmp_path, capsys):
    probes, summary = tmp_path / "p.csv", tmp_path / "summary.txt"
    probes.write_text("answer\nzanzibar\nlawyers\n", encoding="utf-8")
    summary.write_text("They worked on the page, and the lawyers were asked about a word.", encoding="utf-8")
    assert main(["keep", str(small(tmp_path)), "--kept", str(summary), "--probes", str(probes)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert f"at most {command.size(summary.read_text(encoding='utf-8'))} are kept" in said[0]
    assert said[2].endswith("summary.txt: 1 of 2 answers, 0 with the old value only; lost: 'zanzibar'")
    assert [line.split(":")[0] for line in said[3:]] == ["window", "TextRank on shared words", "dice", "rare words"]


def test_old_results_of_tools_make_way_for_placeholders_and_what_they_held_is_named(tmp_path, capsys):
    def result(text: str, provider: int) -> dict[str, object]:
        block = {"type": "tool_result", "tool_use_id": "x", "content": [{"type": "text", "text": text}]}
        return {"role": "tool", "content": text} if provider else {"role": "user", "content": [block]}

    talk = [{"role": "user", "content": "Never write zanzibar."}]
    talk += [result(f"the log of run number {i}, all is well", i % 2) for i in range(12)]
    probes = tmp_path / "p.csv"
    probes.write_text("answer\nzanzibar\nnumber 0\nnumber 1\nnumber 2\n", encoding="utf-8")
    assert session.read(lines(tmp_path / "t.jsonl", *talk)).results == tuple(range(1, 13))
    assert main(["keep", str(tmp_path / "t.jsonl"), "--budget", "20", "--probes", str(probes)]) == 0
    said = capsys.readouterr().out.splitlines()
    tokens = sum(command.size(text) for text in ("Never write zanzibar.", *2 * [command.PLACEHOLDER]))
    tokens += sum(command.size(f"the log of run number {i}, all is well") for i in range(2, 12))
    assert said[1] == (
        f"placeholders for all but 10 of 12 tool results: about {tokens} tokens, 2 of 4 answers, 0 with the old value "
        "only; lost: 'number 0', 'number 1'"
    )


def test_a_message_that_also_says_something_is_no_result_of_a_tool(tmp_path):
    block = {"type": "tool_result", "content": "the log"}
    talk = [
        {"role": "user", "content": [block, {"type": "text", "text": "See this."}]},
        {"role": "tool", "content": "x"},
    ]
    talk.append({"role": "user", "content": [block, {"type": "image"}]})
    inner = [{"type": "text", "text": "a screen"}, {"type": "image"}]
    talk.append({"role": "user", "content": [{"type": "tool_result", "content": inner}]})
    assert session.read(lines(tmp_path / "t.jsonl", *talk)) == session.Session(
        ("the log\nSee this.", "x", "the log", "a screen"), 2, (1, 3)
    )


def test_a_transcript_of_claude_code_is_read_without_its_bookkeeping_and_summaries(tmp_path):
    def wrapped(role, content, **marks):
        return {"type": role, "sessionId": "s", **marks, "message": {"role": role, "content": content}}

    result = [{"type": "tool_result", "tool_use_id": "t", "content": "the log"}]
    path = lines(
        tmp_path / "c.jsonl",
        {"type": "file-history-snapshot", "snapshot": {}},
        wrapped("user", "mend it"),
        wrapped("assistant", [{"type": "text", "text": "I look."}]),
        wrapped("user", result),
        wrapped("user", "This session is being continued", isCompactSummary=True),
        wrapped("assistant", "of another agent", isSidechain=True),
        {"type": "system", "subtype": "compact_boundary"},
    )
    assert session.read(path) == session.Session(
        ("mend it", "I look.", "the log"),
        0,
        (2,),
        4,
        session.Session(("mend it", "I look.", "the log"), 0, (2,), 1),
        "This session is being continued",
    )
    bare = lines(tmp_path / "b.jsonl", {"type": "system"}, {"role": "user", "content": "x"})
    with pytest.raises(ValueError, match="line 1: not a message"):
        session.read(bare)


def test_what_an_agent_kept_is_refused_in_a_line_if_it_cannot_be_judged(tmp_path):
    probes, summary = tmp_path / "p.csv", tmp_path / "summary.txt"
    probes.write_text("answer\nzanzibar\n", encoding="utf-8")
    asked = ["keep", str(small(tmp_path)), "--kept", str(summary)]
    with pytest.raises(ValueError, match="name what must be kept with --probes CSV"):
        main(asked)
    for content, says in ((None, "No such file"), ("  \n", "no text in it"), ("x" * 9000, "there is nothing to drop")):
        if content:
            summary.write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match=says):
            main([*asked, "--probes", str(probes)])
    with pytest.raises(ValueError, match="not allowed with"):
        main([*asked, "--budget", "20"])


def test_only_a_line_feed_ends_a_message_or_breaks_an_answer(tmp_path):
    path, probes = tmp_path / "u.jsonl", tmp_path / "p.csv"
    path.write_text('{"role": "user", "content": "order\u2028ten\x85now"}\r\n', encoding="utf-8")
    probes.write_text('answer\n"order\nten"\n', encoding="utf-8")
    read = session.read(path)
    assert read.texts == ("order\u2028ten\x85now",)
    assert session.holds(read.texts[0], session.read_probes(probes, read)[0][0].answer)


def test_half_for_the_newest_turns_leaves_the_rest_to_the_rarest_of_the_others():
    for one in dialogues.read()[:2]:
        kept = dialogues.newest_and_rare(one, 0.2 * one.total)
        assert len(set(kept)) == len(kept) and sum(one.sizes[i] for i in kept) <= 0.2 * one.total
        window = keeping.take(reversed(range(len(one.sizes))), one.sizes, 0.1 * one.total)
        rare = set(keeping.best_first(one.scores["rarity"])[:10])
        assert set(window) | rare <= set(kept)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"role": "user", "content": "hi"}\n{"role"', "line 2: not JSON"),
        ("[" * 100_000, "line 1: lists or objects are nested too deep to be read"),
        ("1" * 5_000, "line 1: Exceeds the limit"),
        ('{"role": "user", "content": "hi", "content": "no"}', "line 1: 'content' stands in the object 2 times"),
        ('["hi"]', 'line 1: not a message: an object with "role"'),
        ('{"role": "user", "content": 3}', "line 1: its content is neither"),
        ('{"role": "user", "content": ""}', "no message has a text"),
        ("", "no message has a text"),
        ('{"role": "user", "content": "hi"}', "there is nothing to drop"),
    ],
)
def test_a_session_that_cannot_be_used_is_refused_in_a_line(tmp_path, content, says):
    path = tmp_path / "s.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=says) as error:
        main(["keep", str(path), "--budget", "50"])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("value\nx\n", "no column `answer`"),
        ("answer\nzebra\n", "line 2: no message holds the answer 'zebra', so it cannot be lost"),
        ("answer,stale\nzanzibar,zebra\n", "line 2: no message holds the stale value 'zebra'"),
        ("answer\n" + "zebra" * 40_000, "line 2: not CSV .field larger than field limit"),
        ("answer\n", "no probe below the header"),
        ("answer,answer\nzanzibar,page\n", "line 1: two columns `answer`; keep one"),
        ("answer,stale\n,zanzibar\n", "line 2: the answer is empty"),
        ("answer\nzanzibar, say\n", "line 2: more cells than the header has; put a value with a comma in quotes"),
    ],
)
def test_probes_that_cannot_be_used_are_refused_in_a_line(tmp_path, content, says):
    csv.field_size_limit(131_072)  # Python's own; a test before this one may have raised it
    path = tmp_path / "p.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=says):
        main(["keep", str(small(tmp_path)), "--budget", "20", "--probes", str(path)])


def test_an_answer_that_may_be_in_a_part_that_is_not_read_is_not_called_absent_without_saying_so(tmp_path):
    probes = tmp_path / "p.csv"
    probes.write_text("answer\nzebra\n", encoding="utf-8")
    with pytest.raises(ValueError, match="1 messages have parts that were not read"):
        main(["keep", str(small(tmp_path)), "--budget", "20", "--probes", str(probes)])


def test_another_command_or_a_budget_that_is_too_small_is_refused(tmp_path):
    with pytest.raises(ValueError, match="one command"):
        main(["drop"])
    with pytest.raises(ValueError, match="no message fits into 1 tokens"):
        main(["keep", str(small(tmp_path)), "--budget", "1"])
    with pytest.raises(ValueError, match="--budget"):
        main(["keep", str(small(tmp_path))])
    with pytest.raises(ValueError, match="no messages with a summary after them; give --kept TEXT or a --budget"):
        main(["keep", str(small(tmp_path)), "--probes", str(tmp_path / "p.csv")])


def test_what_stands_only_in_a_call_of_a_tool_is_read_in_both_providers_shapes(tmp_path):
    edit = {"file_path": "/repo/src/mod3.py", "edits": [{"new": "limit = 7", "all": True}, None]}
    call = {"function": {"name": "grep", "arguments": json.dumps({"pattern": "a\nb", "depth": 3})}}
    path = lines(
        tmp_path / "t.jsonl",
        {"role": "assistant", "content": [{"type": "tool_use", "name": "Edit", "input": edit}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "assistant", "tool_calls": [{"function": {"name": "run", "arguments": "not JSON"}}]},
        {"role": "tool", "content": "done"},
    )
    assert session.read(path) == session.Session(
        ("Edit\n/repo/src/mod3.py\nlimit = 7", "grep\na\nb\n3", "run\nnot JSON", "done"), 0, (3,)
    )


def test_a_probe_that_no_message_holds_is_named_and_the_others_are_counted(tmp_path, capsys):
    probes = tmp_path / "p.csv"
    probes.write_text("answer,stale\nzebra,\nzanzibar,\nlawyers,ibex\n", encoding="utf-8")
    assert main(["keep", str(small(tmp_path)), "--budget", "20", "--probes", str(probes)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "line 2: no message holds the answer 'zebra'" in said[2] and said[2].endswith("; skipped")
    assert "line 4: no message holds the stale value 'ibex'" in said[3]
    assert "of 1 answers" in said[-1]


def test_without_a_text_the_last_summary_of_a_transcript_is_judged_by_what_came_before_it(tmp_path, capsys):
    def wrapped(role, content, **marks):
        return {"type": role, **marks, "message": {"role": role, "content": content}}

    talk = [wrapped("user", f"the page is fine, number {i}") for i in range(20)]
    talk += [wrapped("user", "Never write zanzibar, said the lawyers.")]
    talk += [wrapped("user", "They spoke of pages and the lawyers.", isCompactSummary=True)]
    talk += [wrapped("user", "zebra")]
    probes = tmp_path / "p.csv"
    probes.write_text("answer\nzanzibar\nlawyers\nzebra\n", encoding="utf-8")
    path = lines(tmp_path / "c.jsonl", *talk)
    assert main(["keep", str(path), "--probes", str(probes)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{path}: 21 messages")
    assert "no message holds the answer 'zebra'" in said[1]
    assert said[2] == f"{path}: its last summary: 1 of 2 answers, 0 with the old value only; lost: 'zanzibar'"
