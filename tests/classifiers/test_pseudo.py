"""Texts that the second opinion labels are learned from only where that is measured to help."""

import numpy as np
import pytest

from classifiers import pseudo
from classifiers.fitting import fit_record
from classifiers.gold import GoldSet
from classifiers.labelled import LabelledTexts
from classifiers.pseudo import read_texts, teach
from classifiers.second_opinion import SecondOpinion, fit_second_opinion
from tests.classifiers.test_second_opinion import TOPICS, fake_encoder, texts_and_codes


def new_words(count: int, seed: int = 5) -> tuple[list[str], list[str]]:
    """Texts whose only telling words the kernel has never seen; the encoder knows what they mean."""
    chance = np.random.default_rng(seed)
    places = chance.integers(0, 3, count)
    texts = [f"zz{j} {' '.join(chance.choice(list('abcdefgh'), 4))} {i}" for i, j in enumerate(places)]
    return texts, [list(TOPICS)[j] for j in places]


@pytest.fixture(scope="module")
def fitted():
    texts, codes = texts_and_codes()
    found = LabelledTexts(texts, codes, list(range(len(texts))))
    return fit_record(texts, codes, found.groups, "t"), found


@pytest.fixture
def teacher(monkeypatch):
    """A teacher who is always asked and is listened to."""

    def fit(fitted, found, encoder):
        made = fit_second_opinion(fitted, found.texts, encoder)
        return SecondOpinion(made.belongs_to, made.weights * 40, made.bias, 3.0, 1.0, 1.1)

    monkeypatch.setattr(pseudo, "opinion_on", fit)


def test_what_the_teacher_knows_is_learned(fitted, teacher):
    record, found = fitted
    texts, _ = new_words(150)
    gold = GoldSet("gold", *new_words(120, seed=6))
    taught = teach(record, found, texts, [gold], fake_encoder)
    assert "kept" in taught.lines[0]
    assert "not kept" not in taught.lines[0]
    assert any("gold" in line and "better" in line for line in taught.lines)
    assert taught.fitted.record.version != record.record.version
    assert len(taught.found.texts) == len(taught.found.groups) > len(found.texts)


def test_a_teacher_who_is_wrong_is_not_believed(fitted, teacher):
    record, found = fitted
    texts, _ = new_words(150)
    asked, codes = new_words(120, seed=6)
    wrong = GoldSet("gold", asked, [list(TOPICS)[(list(TOPICS).index(code) + 1) % 3] for code in codes])
    taught = teach(record, found, texts, [wrong], fake_encoder)
    assert "not kept" in taught.lines[0]
    assert taught.fitted is record
    assert taught.found is found


def test_a_teacher_without_weight_teaches_nothing(fitted):
    record, found = fitted
    taught = teach(record, found, new_words(20)[0], [], fake_encoder)
    assert "nothing to teach" in taught.lines[0]
    assert taught.fitted is record


def test_texts_are_read_once(tmp_path):
    (tmp_path / "t.txt").write_text("one  two\n\none two\nthree\n", "utf-8")
    assert read_texts(tmp_path / "t.txt") == ["one two", "three"]
    (tmp_path / "e.txt").write_text("\n", "utf-8")
    with pytest.raises(ValueError, match="no text"):
        read_texts(tmp_path / "e.txt")
