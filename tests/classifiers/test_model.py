import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from classifiers import NO_REASON, ReasonCodeClassifier
from classifiers.train import MODEL

UNICODE = [
    "Hi — I’d like to know… wo ist 我的包裹? where’s my päckchen, it hasn’t arrived 📦📦 since Monday",
    "“Señor” Muñoz here. 😀 I want to cancel my order — s'il vous plaît!",
    "é" * 300 + ". where is my order",
    "\u00a0where\u00a0is my order\u00a0",
]


@pytest.mark.parametrize("text", UNICODE)
def test_span_offsets_count_characters(model, text):
    span = model.predict([text])[0].span
    assert span is not None
    assert text[span.start : span.end] == span.text
    assert span.turn_no == 1


@pytest.mark.requirement("SD031")
def test_span_is_the_clause_that_decided(model):
    text = "Hello, my name is Tom, I live in Denver. I want to cancel my order, okay? Thank you so much"
    assert model.predict([text])[0].span.text == "I want to cancel my order"


def test_empty_input_and_empty_texts(model):
    assert model.predict([]) == []
    found = model.predict(["", "?!", "\n\n"])
    assert [p.status for p in found] == ["not_a_contact"] * 3
    assert all(p.code is None and p.span is None and p.codes == () for p in found)


def test_same_text_same_prediction(model):
    texts = ["where is my order", "I was charged twice", "yes", *UNICODE]
    assert model.predict(texts) == model.predict(texts)
    assert model.predict(texts)[2:3] == model.predict(texts[2:3])


def test_case_apostrophes_and_fillers_do_not_matter(model):
    plain = model.predict(["i dont want it where is my order"])[0]
    spoken = model.predict(["I don’t want it UM where is uh my order"])[0]
    assert (plain.code, plain.confidence) == (spoken.code, spoken.confidence)


def test_save_and_load_change_nothing(model, tmp_path: Path):
    model.save(tmp_path / "a")
    again = ReasonCodeClassifier.load(tmp_path / "a")
    assert again.model_version == model.model_version
    assert again.predict(UNICODE) == model.predict(UNICODE)
    for name in ("weights.npz", "model.json", "MODEL_CARD.md"):
        assert (tmp_path / "a" / name).read_bytes() == (MODEL / name).read_bytes()


def test_a_changed_artifact_is_refused(tmp_path: Path):
    shutil.copytree(MODEL, tmp_path / "m")
    settings = json.loads((tmp_path / "m" / "model.json").read_text("utf-8"))
    settings["calibration"]["temperature"] = 9.0
    (tmp_path / "m" / "model.json").write_text(json.dumps(settings), "utf-8")
    with pytest.raises(ValueError, match="do not belong together"):
        ReasonCodeClassifier.load(tmp_path / "m")


def test_artifact_is_small():
    assert sum(path.stat().st_size for path in MODEL.iterdir()) < 4_000_000


def test_thresholds_decide_between_accepted_and_abstained(model):
    for found in model.predict(["my item", "the box", "a problem with the thing", "I want money"]):
        assert (found.code is None) == (found.status != "accepted")
        if found.status == "abstained":
            assert len(found.top3) == 3
            assert found.confidence == found.top3[0][1]
    calibration = model.record.calibration
    accept = dict(zip(model.classes_, calibration.accept, strict=True))
    for found in model.predict(["where is my order", "cancel my order", "refund please"]):
        assert found.code is None or found.confidence >= accept[found.code] - 1e-4


def test_fit_works_for_any_labels():
    texts = ["red apple", "green apple", "fast car", "slow car", "yes", "thanks"] * 4
    codes = ["fruit", "fruit", "vehicle", "vehicle", NO_REASON, NO_REASON] * 4
    pytest.importorskip("sklearn")
    first = ReasonCodeClassifier().fit(texts, codes)
    second = ReasonCodeClassifier().fit(texts, codes)
    assert first.model_version == second.model_version
    assert first.classes_ == ("fruit", "vehicle", NO_REASON)
    assert [p.top3[0][0] for p in first.predict(["apple", "car"])] == ["fruit", "vehicle"]


def test_fit_refuses_unequal_lengths_and_a_single_label():
    pytest.importorskip("sklearn")
    with pytest.raises(ValueError, match="equal length"):
        ReasonCodeClassifier().fit(["a", "b"], ["x"])
    with pytest.raises(ValueError, match="at least two classes"):
        ReasonCodeClassifier().fit(["a", "b"], ["x", "x"])


def test_unfitted_classifier_says_so():
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        _ = ReasonCodeClassifier().model_version


def test_runtime_imports_no_training_library():
    code = "import sys, classifiers; print([m for m in ('sklearn', 'torch', 'pandas', 'duckdb') if m in sys.modules])"
    root = Path(__file__).resolve().parents[2]
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
