import numpy as np
import pytest

from classifiers.fitting import fit_record
from classifiers.model import ReasonCodeClassifier
from classifiers.second_opinion import SecondOpinion, fit_second_opinion
from classifiers.semantic import SemanticUnavailableError, encode, weights_path

TOPICS = {
    "REFUND": "money back refund paid",
    "CANCEL": "cancel stop order please",
    "WISMO": "where parcel late tracking",
}


def texts_and_codes() -> tuple[list[str], list[str]]:
    chance = np.random.default_rng(3)
    pairs = [(" ".join(chance.choice(words.split(), 3)), code) for code, words in TOPICS.items() for _ in range(40)]
    return [text for text, _ in pairs], [code for _, code in pairs]


def fake_encoder(texts) -> np.ndarray:
    """Vectors that know the topic of a word the kernel has never seen."""
    vectors = np.zeros((len(texts), 3), dtype=np.float32)
    for i, text in enumerate(texts):
        for j, words in enumerate((*TOPICS.values(),)):
            vectors[i, j] = sum(word in words for word in text.split()) + 3 * (f"zz{j}" in text)
    return vectors


@pytest.fixture(scope="module")
def fitted():
    texts, codes = texts_and_codes()
    record = fit_record(texts, codes, None, "t")
    return ReasonCodeClassifier(record.record), fit_second_opinion(record, texts, fake_encoder)


def test_only_unsure_texts_are_asked(fitted):
    model, opinion = fitted
    asked = []

    def counting(texts):
        asked.extend(texts)
        return fake_encoder(texts)

    texts, _ = texts_and_codes()
    opinion.shares(model, texts, counting)
    assert len(asked) <= 0.5 * len(texts)


def test_an_answer_does_not_depend_on_the_batch(fitted):
    model, opinion = fitted
    texts = ["zz1", "refund money", "late parcel cancel", "zz2 where"]
    together = opinion.shares(model, texts, fake_encoder)
    alone = np.vstack([opinion.shares(model, [text], fake_encoder) for text in texts])
    assert np.array_equal(together, alone)
    assert np.allclose(together.sum(axis=1), 1.0)


def test_save_and_load(fitted, tmp_path):
    model, opinion = fitted
    opinion.save(tmp_path)
    again = SecondOpinion.load(tmp_path)
    texts = ["zz1", "refund money"]
    assert np.array_equal(again.shares(model, texts, fake_encoder), opinion.shares(model, texts, fake_encoder))
    assert again.predict(model, texts, fake_encoder) == opinion.predict(model, texts, fake_encoder)
    assert again.pseudo_labels(model, ["money back refund"], 0.3, fake_encoder) == [("money back refund", "REFUND")]


def test_an_opinion_of_another_model_is_refused(fitted):
    model, opinion = fitted
    other = SecondOpinion("rc0", opinion.weights, opinion.bias, 1.0, 1.0, 0.5)
    with pytest.raises(ValueError, match="belongs to the weights rc0"):
        other.predict(model, ["money"], fake_encoder)


def test_the_encoder_knows_what_is_alike():
    try:
        weights_path()
    except SemanticUnavailableError as error:
        pytest.skip(f"extra 'semantic' is not installed: {error}")
    parcel, package, password = encode(["where is my parcel", "has my package arrived", "I forgot my password"])
    assert parcel @ package > parcel @ password + 0.2
    assert np.array_equal(encode(["where is my parcel", "x"])[0], parcel)


def test_the_runtime_does_not_need_the_extra():
    import subprocess
    import sys

    program = (
        "import sys, classifiers; from classifiers.model import ReasonCodeClassifier;"
        "bad = {'onnxruntime', 'tokenizers', 'sklearn'} & set(sys.modules); sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
