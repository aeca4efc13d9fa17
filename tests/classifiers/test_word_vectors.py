"""The word vectors of the project are what the pinned encoder gives."""

import numpy as np
import pytest

from classifiers.fitting import training_hash
from classifiers.semantic import SemanticUnavailableError, vocabulary_path
from classifiers.vectors import FOLDER
from classifiers.word_vectors import fit_projection, rounded, spelled

WORDS = (FOLDER / "words.txt").read_text("utf-8").split()


def test_a_sample_of_rows_equals_the_shipped_bytes():
    try:
        vocabulary_path()
    except SemanticUnavailableError as error:
        pytest.skip(f"extra 'semantic' is not installed: {error}")
    from classifiers.sentence_encoder import encode_exactly

    chosen = [*range(0, len(WORDS), 600), *(i for i, word in enumerate(WORDS) if word in ("wheres", "dont", "refund"))]
    made = rounded(encode_exactly(spelled([WORDS[i] for i in chosen])), np.load(FOLDER / "projection.npy"))
    assert np.array_equal(made, np.load(FOLDER / "vectors.npy")[chosen])


def test_the_words_begin_with_those_of_the_encoder():
    try:
        known = vocabulary_path().read_text("utf-8").split("\n")
    except SemanticUnavailableError as error:
        pytest.skip(f"extra 'semantic' is not installed: {error}")
    plain = [word for word in known if len(word) > 1 and word.isascii() and word.isalpha() and word.islower()]
    assert WORDS[: len(plain)] == plain
    assert len(WORDS) > len(plain)


def test_words_are_encoded_as_they_are_written():
    assert spelled(["wheres", "order"]) == ["where's", "order"]


def test_a_projection_keeps_the_signs_of_an_earlier_one():
    chance = np.random.default_rng(1)
    letters, words = chance.normal(size=(26, 200)), chance.normal(size=(400, 200))
    first = fit_projection(letters, words, None)
    turned = first * np.where(np.arange(129) % 2, 1, -1)[:, None]
    turned[0] = first[0]
    again = fit_projection(letters, words, turned)
    assert np.allclose(again, turned, atol=1e-4)
    assert np.abs(rounded(words, first)).max() <= 127


def test_the_training_hash_covers_the_word_vectors():
    assert training_hash(["a"], ["b"], "one") != training_hash(["a"], ["b"], "two")
    assert training_hash(["a"], ["b"]) == training_hash(["a"], ["b"])
