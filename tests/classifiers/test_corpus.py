from collections import Counter
from pathlib import Path

import pytest

from classifiers import NO_REASON, NOT_A_CONTACT, load_taxonomy
from classifiers.corpus import load_corpus
from classifiers.fitting import fold_of, training_hash
from classifiers.train import CORPUS, TAXONOMY


@pytest.fixture(scope="module")
def corpus():
    return load_corpus(CORPUS)


@pytest.fixture(scope="module")
def examples(corpus):
    return corpus.examples()


def test_the_shipped_model_was_trained_on_this_corpus(model, examples):
    made = training_hash([e.text for e in examples], [e.code for e in examples])
    assert model.record.training_hash == made, "the corpus changed: run `make model`"
    assert model.taxonomy_version == load_taxonomy(TAXONOMY).version, "run `make model`"


def test_every_text_class_has_patterns(corpus):
    corpus.check_classes(load_taxonomy(TAXONOMY))
    few = {code: len(lines) for code, lines in corpus.patterns.items() if len(lines) < 25}
    assert not few


def test_no_pattern_stands_in_two_classes(corpus):
    counts = Counter(line for lines in corpus.patterns.values() for line in lines)
    assert [line for line, count in counts.items() if count > 1] == []


def test_expansion_is_the_same_every_time_and_leaves_no_notation(corpus, examples):
    assert corpus.examples() == examples
    assert not [e.text for e in examples if set(e.text) & set("{}()|")]


def test_classes_are_balanced(examples):
    counts = Counter(e.code for e in examples)
    counts.pop(NO_REASON)
    counts.pop(NOT_A_CONTACT)
    assert min(counts.values()) * 3 > max(counts.values())


def test_texts_of_a_pattern_share_a_fold(examples):
    groups = [e.pattern for e in examples]
    pairs = set(zip(groups, fold_of(groups).tolist(), strict=True))
    assert len(pairs) == len(set(groups))


def test_an_unknown_slot_is_named(tmp_path: Path):
    (tmp_path / "slots.txt").write_text("# item\nlamp\n", "utf-8")
    (tmp_path / "a.txt").write_text("# X\nthe {thing} is late\n", "utf-8")
    with pytest.raises(ValueError, match="unknown slot 'thing'"):
        load_corpus(tmp_path)
