import os

import numpy as np
import pytest
from labs import embedding, minilm

needs_model = pytest.mark.skipif(not os.environ.get("MINILM_DIR"), reason="MINILM_DIR names no model")


@pytest.fixture
def two_rows(tmp_path, monkeypatch):
    """A cache of two texts, in a folder of its own."""
    path = tmp_path / "vectors.npz"
    rows = {embedding.key("east"): (np.eye(384)[0] * 3, 3), embedding.key("north"): (np.eye(384)[1], 300)}
    monkeypatch.setattr(embedding, "CACHE", path)
    monkeypatch.setattr(embedding, "_computed", {})
    embedding.write(path, rows)
    return path, rows


def test_cached_vectors_come_back_in_the_order_asked_and_of_unit_length(two_rows):
    vectors = embedding.embed(["north", "east", "north"])
    assert vectors.shape == (3, 384)
    assert vectors.argmax(1).tolist() == [1, 0, 1]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert embedding.pieces(["north", "east"]).tolist() == [300, 3]


def test_no_texts_give_no_vectors(two_rows):
    assert embedding.embed([]).shape == (0, 384)


def test_an_unknown_text_without_the_model_is_an_error_that_says_what_to_do(two_rows, monkeypatch):
    monkeypatch.delenv("MINILM_DIR", raising=False)
    with pytest.raises(embedding.NotCached, match=r"1 of 2 texts .* 'west \(new\)'; set MINILM_DIR"):
        embedding.embed(["east", "west\n(new)"])


def test_a_folder_without_the_model_is_an_error_that_names_the_file(two_rows, monkeypatch, tmp_path):
    monkeypatch.setenv("MINILM_DIR", str(tmp_path))
    minilm._model.cache_clear()
    with pytest.raises(ValueError, match=r"model\.safetensors cannot be read"):
        embedding.embed(["west"])


def test_another_file_in_place_of_the_weights_is_refused(two_rows, monkeypatch, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"not these")
    monkeypatch.setenv("MINILM_DIR", str(tmp_path))
    minilm._model.cache_clear()
    with pytest.raises(ValueError, match="sha256 must be 53aa5117"):
        embedding.embed(["west"])


def test_rewriting_the_same_rows_in_another_order_gives_the_same_bytes(two_rows):
    path, rows = two_rows
    before = path.read_bytes()
    embedding.write(path, dict(reversed(rows.items())))
    assert path.read_bytes() == before


def test_fill_writes_what_no_other_file_has_to_the_labs_own_file_and_drops_what_it_no_longer_asks_for(
    two_rows, monkeypatch
):
    path, _ = two_rows
    (path.parent / "one").mkdir()
    shared = path.read_bytes()
    asked = ["east", "west"]
    monkeypatch.setattr(embedding, "ask", lambda labs: {embedding.key(text): ("minilm", text) for text in asked})
    embedding._computed[embedding.key("west")] = (np.eye(384)[2], 4)
    assert embedding.fill(["one"], prune=False).startswith("1 added, 0 dropped; 3 vectors")
    assert path.read_bytes() == shared
    embedding._computed.clear()
    assert embedding.embed(["west", "east"]).argmax(1).tolist() == [2, 0]
    assert list(embedding.cached(but=path)) == [embedding.key("west")]
    asked.remove("west")
    assert embedding.fill(["one"], prune=True).startswith("0 added, 2 dropped; 1 vectors")
    with pytest.raises(embedding.NotCached):
        embedding.embed(["north"])


def test_the_key_is_the_start_of_the_sha256():
    assert f"{embedding.key('abc'):x}" == "ba7816bf8f01cfea"  # FIPS 180-2, example B.1


def test_a_word_is_cut_into_the_longest_known_pieces_and_every_mark_is_one_piece(monkeypatch):
    words = ["[CLS]", "[SEP]", "[UNK]", "un", "und", "##o", "^", "cafe"]
    monkeypatch.setattr(minilm, "_model", lambda: ({}, {word: i for i, word in enumerate(words)}))
    assert minilm.tokenize("Undo") == [0, 4, 5, 1]
    assert minilm.tokenize("^^^") == [0, 6, 6, 6, 1]
    assert minilm.tokenize("Café unzip") == [0, 7, 2, 1]


def test_a_long_text_keeps_its_first_pieces_and_the_closing_mark():
    assert minilm.cut([7, *range(1000, 1300), 8]) == [7, *range(1000, 1254), 8]
    assert minilm.cut([7, 1000, 8]) == [7, 1000, 8]


@needs_model
def test_vectors_are_those_of_the_published_model():
    """The three sentences and similarities of the quick start in the README of sentence-transformers."""
    vectors, _ = minilm.encode(["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."])
    assert (vectors @ vectors.T)[np.triu_indices(3, 1)] == pytest.approx([0.6660, 0.1046, 0.1411], abs=1e-4)


@needs_model
def test_a_text_has_the_same_vector_alone_and_among_longer_ones():
    texts = ["disk full", "word " * 400, "the file is open " * 20]
    together, counts = minilm.encode(texts)
    alone = np.concatenate([minilm.encode([text])[0] for text in texts])
    assert together == pytest.approx(alone, abs=1e-5)
    assert counts.tolist() == [4, 402, 82]
