"""Temperature and thresholds move only where audited calls prove them wrong."""

import random

import pyarrow as pa
import pytest

from classifiers.model import ReasonCodeClassifier
from classifiers.recalibration import Audit, recalibrate

TOPICS = {
    "LEAK": "the lid leaks water drips from the bottom",
    "NOISE": "too loud the motor hums and rattles at night",
    "COLOUR": "wrong shade it looks green instead of blue",
}


def sentence(code: str, draw: random.Random) -> str:
    return " ".join(draw.sample(TOPICS[code].split(), 5))


@pytest.fixture(scope="module")
def own_model() -> ReasonCodeClassifier:
    draw = random.Random(1)
    codes = [code for code in TOPICS for _ in range(80)]
    return ReasonCodeClassifier().fit([sentence(code, draw) for code in codes], codes)


def audit(count: int, wrong: dict[str, float], weight: float = 10.0) -> Audit:
    """Calls of one turn; of each topic a share truly means another."""
    draw = random.Random(7)
    codes, rows = {}, []
    for i in range(count):
        said = list(TOPICS)[i % 3]
        meant = "COLOUR" if draw.random() < wrong.get(said, 0.0) else said
        codes[f"c{i:04d}"] = meant
        rows.append((f"c{i:04d}", 1, "customer", sentence(said, draw)))
    names = ("call_id", "turn_no", "speaker", "text")
    table = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    return Audit(table, codes, dict.fromkeys(codes, weight))


def test_few_calls_move_nothing_and_it_says_so(own_model):
    found = recalibrate(own_model, audit(20, {"LEAK": 1.0}), 0.9)
    assert found.model is None
    assert "20 audited calls are too few" in found.lines[0]


def test_a_model_that_keeps_its_promise_stays(own_model):
    found = recalibrate(own_model, audit(300, {}), 0.9)
    assert found.model is None
    assert found.lines[-1] == "nothing moves"


def test_one_wrong_call_of_a_rare_code_proves_nothing(own_model):
    table = audit(60, {})
    first = next(call for call, code in table.codes.items() if code == "LEAK")
    table.codes[first] = "COLOUR"
    assert recalibrate(own_model, table, 0.9).model is None


def test_what_is_too_sure_becomes_less_sure(own_model):
    calls = audit(300, {"LEAK": 0.5})
    found = recalibrate(own_model, calls, 0.9)
    assert found.model is not None
    assert found.model.model_version != own_model.model_version
    old, new = own_model.record.calibration, found.model.record.calibration
    assert new.temperature > old.temperature
    assert found.model.record.weights_hash == own_model.record.weights_hash
    leak = own_model.classes_.index("LEAK")
    assert new.accept[leak] > old.accept[leak]

    def wrong_leaks(model):
        rows = model.predict_turns(calls.turns).to_pylist()
        return sum(row["code"] == "LEAK" != calls.codes[row["call_id"]] for row in rows)

    assert wrong_leaks(found.model) < wrong_leaks(own_model)
    assert "recalibrated from model" in found.model.record.notes[0]


def test_the_same_audit_gives_the_same_bytes(own_model, tmp_path):
    for name in ("a", "b"):
        found = recalibrate(own_model, audit(300, {"LEAK": 0.5}), 0.9)
        assert found.model is not None
        found.model.save(tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    assert ReasonCodeClassifier.load(tmp_path / "a").model_version == found.model.model_version


def test_calls_count_by_the_draw_they_stand_for(own_model):
    """Wrong calls drawn a hundred times as often as right ones say little."""
    calls = audit(300, {"LEAK": 0.3})
    said = {row["call_id"]: row["code"] for row in own_model.predict_turns(calls.turns).to_pylist()}
    weights = {call: 1.0 if said[call] != code else 100.0 for call, code in calls.codes.items()}
    before = own_model.record.calibration.accept

    def thresholds(found):
        return (found.model or own_model).record.calibration.accept

    assert thresholds(recalibrate(own_model, calls, 0.9)) != before
    assert thresholds(recalibrate(own_model, Audit(calls.turns, calls.codes, weights), 0.9)) == before
