import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest

from classifiers import ReasonCodeClassifier
from classifiers import model as model_module
from classifiers.hashing import KEPT_WORDS, MAX_SENTENCE, MAX_WORDS, hash_word
from classifiers.train import MODEL

PHRASES = (
    "where is my package it still hasn't arrived",
    "I want to cancel my order. The shoes arrived broken!",
    "yes, that's right",
    "my name is Zbqwx Vrkplt and the ordr nmbr is 4 4 1 2",
    "can I get a refund for the xylofone; it does not work\nand nobody called me",
)


@pytest.fixture(scope="module")
def many() -> pa.Table:
    """300 calls of 1 to 9 turns."""
    chance = np.random.default_rng(5)
    rows = [
        (f"{call:05d}", turn, "customer" if turn % 2 else "ai", str(chance.choice(PHRASES)) + f" word{call}x{turn}")
        for call in range(300)
        for turn in range(1, int(chance.integers(2, 11)))
    ]
    return pa.table(dict(zip(("call_id", "turn_no", "speaker", "text"), zip(*rows, strict=True), strict=True)))


def test_batch_cuts_do_not_matter(model, many, monkeypatch):
    whole = model.predict_turns(many)
    for size in (1, 7, 500):
        monkeypatch.setattr(model_module, "TURNS_PER_PASS", size)
        assert model.predict_turns(many).combine_chunks() == whole.combine_chunks()


def test_threads_do_not_matter(model, many):
    whole = model.predict_turns(many).combine_chunks()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: model.predict_turns(many).combine_chunks(), range(8)))
    assert all(table == whole for table in found)


def test_order_of_calls_does_not_matter(model, many):
    reverse = pa.concat_tables(
        many.filter(pa.compute.equal(many["call_id"], call)) for call in reversed(many["call_id"].unique().to_pylist())
    )
    expected = model.predict_turns(many).sort_by([("call_id", "ascending"), ("rank", "ascending")])
    found = model.predict_turns(reverse).sort_by([("call_id", "ascending"), ("rank", "ascending")])
    assert found.combine_chunks() == expected.combine_chunks()


def test_another_process_gives_the_same_bytes(model, many, tmp_path):
    program = (
        "import sys, pyarrow.feather as f; from classifiers import ReasonCodeClassifier as R;"
        "t = R.load(sys.argv[1]).predict_turns(f.read_table(sys.argv[2])).combine_chunks();"
        "f.write_feather(t, sys.argv[3], compression='uncompressed')"
    )
    from pyarrow import feather

    feather.write_feather(many, tmp_path / "in")
    feather.write_feather(model.predict_turns(many).combine_chunks(), tmp_path / "here", compression="uncompressed")
    environment = os.environ | {"PYTHONHASHSEED": "77"}
    arguments = [sys.executable, "-c", program, str(MODEL), str(tmp_path / "in"), str(tmp_path / "there")]
    subprocess.run(arguments, check=True, env=environment)
    assert (tmp_path / "there").read_bytes() == (tmp_path / "here").read_bytes()


def test_more_unknown_words_than_are_kept(model):
    """The store of words outside the lexicon is emptied on the way; scores do not notice."""
    strange = [f"{PHRASES[i % 5]} qz{i}xv jk{i * 7}wq" for i in range(2 * KEPT_WORDS)]
    together = model.scores(strange)
    alone = np.vstack([model.scores([text]) for text in strange[-50:]])
    assert np.array_equal(together[-50:], alone)


@pytest.mark.parametrize("gap", [" ", ",", "—", "\u00a0", "-"])
def test_texts_longer_than_any_sentence(model, gap):
    text = gap.join(["a"] * (3 * MAX_WORDS + MAX_SENTENCE)) + ". where is my order"
    assert np.isfinite(model.scores([text])).all()
    assert model.predict([text])[0].status in ("accepted", "abstained", "no_reason_stated")


def test_hash_in_python_is_the_kernels(model):
    words = ("order", "cancellation", "dont", "a")
    known = set(model.record.linear.hashes.tolist())
    assert {hash_word(word) for word in words} <= known


def test_fit_gives_the_same_bytes_twice(tmp_path):
    texts = [f"{phrase} number {i}" for i in range(12) for phrase in PHRASES]
    codes = [code for _ in range(12) for code in ("WISMO", "CANCEL", "NO_REASON", "OTHER", "REFUND")]
    for name in ("a", "b"):
        ReasonCodeClassifier().fit(texts, codes).save(tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
