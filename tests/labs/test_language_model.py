"""The language model: its cache without it, and, where it is, that it is the one that was recorded.

language_model.json holds logits of this implementation, and what llama.cpp (in the package xllamacpp 2026.10.11549)
made of the same file: tokens, the likeliest next tokens with their log probabilities, and greedy text of 24 tokens.
There the weights were unpacked to float32 first, as here, and keys and values kept in float32: from the packed
weights llama.cpp multiplies in 8 bits, which moves log probabilities by up to 0.2.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from labs import language_model, smollm
from labs.language_model import NotCached, Score, SmolLM, chat
from support import ROOT

needs_model = pytest.mark.skipif(not smollm.present(), reason="the language model is not here: make .venv/model")
RECORDED = json.loads(Path(__file__).with_name("language_model.json").read_text(encoding="utf-8"))


class Scripted:
    """In the model's place: answers that can be foretold, and what it was asked."""

    def __init__(self, shift: float = 0.0, word: str = "yes") -> None:
        self.shift, self.word, self.asked = shift, word, []

    def tokens(self, text):
        return text.split()

    def text(self, tokens):
        return " ".join(map(str, tokens))

    def complete(self, prompts, most, stop=""):
        self.asked += prompts
        return reversed([(i, f"{self.word} {prompt}") for i, prompt in enumerate(prompts)])

    def score(self, pairs):
        self.asked += pairs
        return ((i, [-len(prompt) / 3 + self.shift, -float(len(ending))]) for i, (prompt, ending) in enumerate(pairs))

    def following(self, prompts):
        logp = np.full(20, -50.0)
        logp[[3, 7]] = -0.4 - self.shift, -1.2
        return ((i, logp) for i, _ in enumerate(prompts))


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "some_lab"
    folder.mkdir()
    return folder / "answers.json"


@pytest.fixture
def use(monkeypatch):
    """Sets LANGUAGE_MODEL and what stands for the model."""

    def use(mode: str, scripted: Scripted | None = None) -> Scripted:
        scripted = scripted or Scripted()
        monkeypatch.setenv("LANGUAGE_MODEL", mode)
        monkeypatch.setattr(smollm, "model", lambda adapter=None: scripted)
        language_model._file.cache_clear()
        return scripted

    return use


def test_what_was_computed_once_is_answered_from_the_file_in_the_order_asked(path, use):
    use("1")
    first = SmolLM(path)
    assert first.complete(["a", "b", "a"]) == ["yes a", "yes b", "yes a"]
    assert first.score(["abcd"], [[" x", " yz"]]) == [[Score(-3.3333, 2), Score(-4.3333, 2)]]
    assert first.following(["a"], 2) == [[("3", -0.4), ("7", -1.2)]]
    assert first.tokens(["a b c", ""]) == [3, 0]
    assert first.compute("doubled", [2, 3], lambda model, x: 2 * x) == [4, 6]
    scripted = use("", Scripted(shift=1, word="no"))
    second = SmolLM(path)
    assert second.complete(["b", "a"]) == ["yes b", "yes a"]
    assert second.score(["abcd"], [[" yz"]]) == [[Score(-4.3333, 2)]]
    assert second.following(["a"], 2) == [[("3", -0.4), ("7", -1.2)]]
    assert second.tokens(["a b c"]) == [3]
    assert second.compute("doubled", [3], lambda model, x: x) == [6]
    assert scripted.asked == []


def test_each_question_is_asked_once_however_often_it_comes(path, use):
    scripted = use("1")
    model = SmolLM(path)
    model.complete(["a", "a", "b"])
    model.complete(["b", "a", "c"])
    assert sorted(scripted.asked) == ["a", "b", "c"]


def test_a_missing_answer_is_one_line_with_the_lab_the_prompt_and_the_command(path, use):
    use("")
    with pytest.raises(NotCached) as error:
        SmolLM(path).complete(["Where does\nAnn live?", "b"])
    assert str(error.value) == (
        "language model: 2 answers of the lab some_lab are not in its answers.json, the first to "
        "'Where does Ann live?'; compute them with `make lab NAME=some-lab MODEL=1`"
    )
    assert not path.exists()


def test_without_being_told_to_a_lab_writes_nothing(path, use):
    use("1")
    SmolLM(path).complete(["a", "b"])
    before = path.read_bytes()
    use("")
    SmolLM(path).complete(["a"])
    use("sample")
    SmolLM(path).complete(["a"])
    assert path.read_bytes() == before


def test_the_key_depends_on_operation_prompt_settings_and_adapter(path, tmp_path):
    bare = SmolLM(path)
    adapters = []
    for content in (b"one", b"two"):
        adapters.append(tmp_path / f"{content.decode()}.npz")
        adapters[-1].write_bytes(content)
    keys = [
        bare.key("complete", ("a", 40, "")),
        bare.key("complete", ("b", 40, "")),
        bare.key("complete", ("a", 41, "")),
        bare.key("score", ("a", 40, "")),
        *(SmolLM(path, adapter).key("complete", ("a", 40, "")) for adapter in adapters),
    ]
    assert len(set(keys)) == 6
    assert SmolLM(path.with_name("other.json")).key("complete", ("a", 40, "")) == keys[0]
    text = json.dumps([language_model.MODEL, "", "complete", "a", 40, ""])
    assert keys[0] == hashlib.sha256(text.encode()).hexdigest()[:16]


def test_the_file_has_a_line_an_answer_in_order_of_keys_and_the_same_bytes_whatever_came_first(path, use):
    use("1")
    model = SmolLM(path)
    model.complete(["a", "b"])
    model.complete(["c"])
    once = path.read_bytes()
    path.unlink()
    use("1")
    SmolLM(path).complete(["c", "b", "a"])
    assert path.read_bytes() == once
    lines = once.decode().splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("{", "}", 5)
    assert lines[1:4] == sorted(lines[1:4])


def test_again_keeps_what_differs_says_so_and_drops_what_was_not_asked(path, use, capsys):
    use("1")
    SmolLM(path).score(["abc", "abcdef"], [[" x"], [" x"]])
    use("again", Scripted(shift=0.5))
    assert SmolLM(path).score(["abc"], [[" x"]]) == [[Score(-2.5, 2)]]
    said = capsys.readouterr().err
    assert said.startswith("language model: 1 of 1 answers differ: score of 'abc' is kept as [-3.0, 2], now it is")
    assert len(json.loads(path.read_text())) == 1


def test_a_sample_that_differs_is_an_error_and_one_within_rounding_is_not(path, use):
    use("1")
    SmolLM(path).score(["abc"], [[" x"]])
    use("sample", Scripted(shift=0.001))
    assert SmolLM(path).score(["abc"], [[" x"]]) == [[Score(-3.0, 2)]]
    use("sample", Scripted(shift=0.5))
    with pytest.raises(ValueError, match=r"score of 'abc' is kept as \[-3\.0, 2\].* 1 of 1 differ"):
        SmolLM(path).score(["abc"], [[" x"]])


def test_a_sample_is_of_forty_answers_however_often_a_lab_asks(path, use):
    prompts = [f"a {i}" for i in range(100)]
    use("1")
    SmolLM(path).complete(prompts)
    scripted = use("sample")
    SmolLM(path).complete(prompts)
    SmolLM(path).complete(prompts[::-1])
    assert len(scripted.asked) == len(set(scripted.asked)) == 40


def test_of_two_texts_that_part_at_a_tie_each_may_be_kept_and_others_not(path, use):
    use("1")
    SmolLM(path).complete(["a"])
    use("sample", Scripted(word="yet", shift=0.795))
    assert SmolLM(path).complete(["a"]) == ["yes a"]
    use("sample", Scripted(word="yet", shift=0.1))
    with pytest.raises(ValueError, match="complete of 'a' is kept as 'yes a', now it is 'yet a'"):
        SmolLM(path).complete(["a"])


def test_the_weekly_command_runs_every_seed_and_fails_where_the_model_says_something_else(lab, use, capsys):
    folder = lab.with_name("asks")
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from pathlib import Path\nfrom labs.language_model import SmolLM\nSEEDS = (0, 1)\ndef run(seed):\n"
        "    SmolLM(Path(__file__).with_name('answers.json')).complete([f'a {seed}', 'b'])\n"
    )
    use("1")
    SmolLM(folder / "answers.json").complete(["a 0", "a 1", "b", "of old"])
    use("")
    assert language_model.main([]) == 0
    assert capsys.readouterr().out == (
        "language model: asks: 3 of 4 answers computed again, each as it is kept; "
        "1 that the lab no longer asks: MODEL=again drops them\n"
    )
    use("", Scripted(word="no", shift=0.1))
    assert language_model.main(["asks"]) == 2
    assert "asks/answers.json: complete of " in capsys.readouterr().err
    sys.modules.pop("labs.asks")


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("NAME=a MODEL=1", "LANGUAGE_MODEL=1 .venv/bin/lab a  --seeds"),
        ("NAME=a MODEL=again RECORD=1", "LANGUAGE_MODEL=again .venv/bin/lab a --record --seeds"),
        ("NAME=a MODEL=1 SEED=7", "LANGUAGE_MODEL=1 .venv/bin/lab a  --seed 7"),
    ],
)
def test_make_installs_the_model_and_asks_it_with_every_seed(words, command):
    said = subprocess.run(["make", "-n", "lab", *words.split()], cwd=ROOT, capture_output=True, text=True).stdout
    assert command in said
    plain = subprocess.run(["make", "-n", "lab", "NAME=a"], cwd=ROOT, capture_output=True, text=True).stdout
    assert "LANGUAGE_MODEL" not in plain and "requirements-model" not in plain


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda m: m.complete("one"), "complete: prompts must be a list of texts, not one text"),
        (lambda m: m.complete(["a", ""]), r"complete: prompts\[1\] is empty"),
        (lambda m: m.complete(["a"], most=0), "most is 0; it must be 1 or more"),
        (lambda m: m.score(["a"], []), "score: 1 prompts, but 0 lists of endings"),
        (lambda m: m.score(["a"], [" x"]), "score: endings must be a list of texts, not one text"),
        (lambda m: m.score(["a"], [[" x", ""]]), r"score: endings\[1\] is empty"),
        (lambda m: m.following("one"), "following: prompts must be a list of texts"),
        (lambda m: m.tokens("one"), "tokens: texts must be a list of texts"),
        (lambda m: SmolLM(m.path, Path("no.npz")), r"the adapter no\.npz cannot be read \(No such file"),
    ],
)
def test_input_that_makes_no_sense_is_refused_with_a_line(path, use, ask, said):
    use("1")
    with pytest.raises(ValueError, match=f"^language model: .*{said}"):
        ask(SmolLM(path))


def test_an_unknown_mode_is_refused(path, use):
    use("yes")
    with pytest.raises(ValueError, match="LANGUAGE_MODEL is 'yes'; it must be 1, again or sample"):
        SmolLM(path).complete(["a"])


def test_a_broken_file_of_answers_is_named(path, use):
    use("")
    path.write_text("{")
    with pytest.raises(ValueError, match=r"answers\.json: not JSON .*; take it from git"):
        SmolLM(path).complete(["a"])


def test_nothing_asked_is_nothing_answered(path, use):
    use("")
    model = SmolLM(path)
    assert (model.complete([]), model.score([], []), model.score(["a"], [[]])) == ([], [], [[]])


def test_a_missing_model_is_an_error_that_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("SMOLLM_DIR", str(tmp_path))
    with pytest.raises(ValueError, match=r"cannot be read \(No such file.*`make \.venv/model` installs it"):
        smollm.Model()
    (tmp_path / smollm.FILE).write_bytes(b"not this")
    with pytest.raises(ValueError, match="another file than the language model; its sha256 must be b179c952"):
        smollm.Model()


def test_neighbours_are_read_together_where_that_is_cheaper_and_every_text_once():
    same = [(list(range(50)), 53)] * 4
    apart = [(list(range(1000 * i, 1090 * i)), 90 * i + 3) for i in range(1, 4)]
    short = [([5000, i], 4) for i in range(3)]
    texts = [*same, *apart, *short]
    groups = list(smollm._groups(range(10), texts))
    assert groups == [[0, 1, 2, 3], [4], [5], [6], [7, 8, 9]]


def test_texts_share_their_beginning_but_never_the_whole_of_the_shortest():
    assert smollm._shared([[1, 2, 3, 4], [1, 2, 3, 5], [1, 2, 3, 4, 5]]) == 3
    assert smollm._shared([[1, 2], [1, 2, 3]]) == 1
    assert smollm._shared([[1], [2]]) == 0


NOTES = "Notes: Ann lives in Rome. Bob lives in Oslo. Eve lives in Lima.\n"
PROMPTS = [
    chat(f"{NOTES}Where does Bob live?"),
    chat(f"{NOTES}Where does Ann live? Say the city only."),
    "Once upon a time",
    chat("Name three colours of the rainbow, and say which one you like most and why you do."),
]


@pytest.fixture(scope="module")
def real():
    return smollm.Model()


@needs_model
def test_logits_are_those_recorded(real):
    ids = np.array([real.tokens(RECORDED["prompt"])])
    assert ids[0].tolist() == RECORDED["tokens"]
    logits = real.logits(real.states(ids, smollm.Keys(1, ids.size), np.array([0])))[0, -1]
    chosen = {int(token): value for token, value in RECORDED["logits"].items()}
    assert logits[list(chosen)] == pytest.approx(list(chosen.values()), abs=2e-3)


@needs_model
def test_log_probabilities_and_greedy_text_are_those_of_another_implementation(real):
    prompts = list(RECORDED["llama_cpp"])
    texts, logps = dict(real.complete(prompts, 24)), dict(real.following(prompts))
    for i, prompt in enumerate(prompts):
        theirs = RECORDED["llama_cpp"][prompt]
        tokens = [int(token) for token in theirs["following"]]
        assert logps[i][tokens] == pytest.approx(list(theirs["following"].values()), abs=5e-3)
        assert sorted(tokens) == sorted(np.argsort(-logps[i])[:10].tolist())
        assert texts[i].strip() == theirs["text"].strip()


@needs_model
def test_tokens_are_those_of_another_implementation(real):
    """Each text as llama.cpp cuts it: digits, marks, spaces, letters of several scripts."""
    assert {text: real.tokens(text) for text in RECORDED["cut"]} == RECORDED["cut"]
    for text in RECORDED["cut"]:
        assert text.startswith("<|") or real.text(real.tokens(text)) == text


@needs_model
def test_together_is_as_one_by_one(real):
    together = dict(real.complete(PROMPTS, 12))
    alone = [next(iter(smollm.Model().complete([prompt], 12)))[1] for prompt in PROMPTS]
    assert [together[i] for i in range(4)] == alone
    pairs = [(prompt, ending) for prompt in PROMPTS for ending in (" Oslo.", " Rome", " a")]
    scores = dict(real.score(pairs))
    for i, pair in enumerate(pairs):
        assert scores[i] == pytest.approx(next(iter(real.score([pair])))[1], abs=1e-3)


@needs_model
def test_a_beginning_read_before_changes_nothing(real):
    """Against one pass over all tokens, without any cache of keys."""
    list(real.following([chat(f"{NOTES}Where does Eve live?")]))
    for i, logp in real.following(PROMPTS):
        ids = np.array([real.tokens(PROMPTS[i])])
        logits = real.logits(real.states(ids, smollm.Keys(1, ids.size), np.array([0])))[0, -1]
        assert logp == pytest.approx(logits - np.logaddexp.reduce(logits.astype(float)), abs=1e-3)


@needs_model
def test_text_ends_at_most_before_the_stop_and_with_the_turn(real):
    question = chat("What is the capital of France?")
    assert next(iter(real.complete([question], 40)))[1] == "The capital of France is Paris."
    assert next(iter(real.complete([question], 3)))[1] == "The capital of"
    assert next(iter(real.complete([question], 40, stop=" is")))[1] == "The capital of France"


@needs_model
def test_a_text_longer_than_the_window_is_refused(real):
    with pytest.raises(ValueError, match="8190 tokens and 40 more; it reads 8192 at most"):
        list(real.complete(["a" + " a" * 8189], 40))


@needs_model
def test_an_adapter_changes_what_it_names_and_one_that_does_not_fit_is_refused(real, tmp_path):
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 576)).astype(np.float16), random.normal(size=(192, 2)).astype(np.float16)
    np.savez(tmp_path / "a.npz", scale=np.float32(0.5), **{"blk.3.attn_k.weight.a": a, "blk.3.attn_k.weight.b": b})
    adapted = smollm.Model(tmp_path / "a.npz")
    added = adapted.w["attn_qkv"] - real.w["attn_qkv"]
    assert added[3, 576:768] == pytest.approx(0.5 * b.astype(np.float32) @ a.astype(np.float32), abs=1e-5)
    assert np.count_nonzero(added) == np.count_nonzero(added[3, 576:768])
    np.savez(tmp_path / "b.npz", **{"blk.3.attn_q.weight.a": a, "blk.3.attn_q.weight.b": b})
    with pytest.raises(ValueError, match=r"b\.npz: blk\.3\.attn_q\.weight is \(576, 576\) in the model, \(192, 576\)"):
        smollm.Model(tmp_path / "b.npz")
    np.savez(tmp_path / "c.npz", **{"blk.3.nose.weight.a": a, "blk.3.nose.weight.b": b})
    with pytest.raises(ValueError, match=r"no weights 'blk\.3\.nose\.weight'"):
        smollm.Model(tmp_path / "c.npz")
