"""The second opinion on whole calls changes unsure answers only, and the version says whose answer it is."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from classifiers import semantic
from classifiers.call_opinion import WithSecondOpinion
from classifiers.fitting import fit_record
from classifiers.model import ReasonCodeClassifier
from classifiers.second_opinion import SecondOpinion, fit_second_opinion
from dagster_project import models
from dagster_project.cli import main
from tests.classifiers.test_second_opinion import fake_encoder, texts_and_codes


@pytest.fixture(scope="module")
def both() -> WithSecondOpinion:
    texts, codes = texts_and_codes()
    fitted = fit_record(texts, codes, None, "t")
    found = fit_second_opinion(fitted, texts, fake_encoder)
    # asks about everything the kernel does not know
    opinion = SecondOpinion(found.belongs_to, found.weights * 8, found.bias, 3.0, 0.2, 0.9)
    return WithSecondOpinion(ReasonCodeClassifier(fitted.record), opinion, fake_encoder)


def test_sure_calls_keep_the_kernels_answer_and_its_version(both, turns_of):
    calls = turns_of(
        a=[("ai", "hello"), ("customer", "money back refund paid")],
        b=[("customer", "parcel late")],
        c=[("ai", "nobody there")],
    )
    kernel = both.model.predict_turns(calls).to_pylist()
    found = both.predict_turns(calls).to_pylist()
    assert [row["call_id"] for row in found] == [row["call_id"] for row in kernel]
    sure = [k for k, row in enumerate(kernel) if row["confidence"] >= 0.9]
    assert sure
    assert [found[k] for k in sure] == [kernel[k] for k in sure]


def test_an_unsure_call_is_decided_by_the_opinion_and_says_so(both, turns_of):
    calls = turns_of(a=[("ai", "hello"), ("customer", "zz1 refund cancel")], b=[("customer", "zz2 late money")])
    kernel = both.model.predict_turns(calls).to_pylist()
    found = both.predict_turns(calls).to_pylist()
    changed = [(k, f) for k, f in zip(kernel, found, strict=True) if k != f]
    assert changed
    for before, after in changed:
        assert after["model_version"] == both.model_version != before["model_version"]
        assert after["status"] == "accepted"
        assert json.loads(after["top3"])[0] == {"code": after["code"], "confidence": after["confidence"]}
        assert after["span_text"] == before["span_text"]


def test_an_answer_does_not_depend_on_the_batch(both, turns_of):
    calls = turns_of(**{f"c{i}": [("customer", f"zz{i % 3} refund late {i}")] for i in range(30)})
    whole = both.predict_turns(calls)
    parts = [both.predict_turns(calls.slice(i, 1)).to_pylist()[0] for i in range(30)]
    assert whole.to_pylist() == parts


def test_an_opinion_without_weight_asks_nobody(both, turns_of):
    def never(texts):
        raise AssertionError

    opinion = SecondOpinion(both.opinion.belongs_to, np.zeros((3, 3)), np.zeros(3), 0.0, 1.0, 1.0)
    calls = turns_of(a=[("customer", "zz1 refund cancel")])
    found = WithSecondOpinion(both.model, opinion, never).predict_turns(calls)
    assert found == both.model.predict_turns(calls)


def test_without_the_extra_the_commands_end_with_one_line(tmp_path, monkeypatch):
    def missing(name):
        raise semantic.SemanticUnavailableError(f"{name} is missing; install the second opinion: make semantic")

    monkeypatch.setattr(semantic, "_origin", missing)
    (tmp_path / "in.jsonl").write_text('{"id": "7", "text": "where is it"}\n', "utf-8")
    for arguments in (
        ["classify", str(tmp_path / "in.jsonl"), "--second-opinion"],
        ["run", "--landing", str(tmp_path), "--warehouse", str(tmp_path / "w"), "--second-opinion"],
    ):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 2
        assert "make semantic" in done.output
        assert done.output.count("\n") == 1


def test_a_model_with_other_weights_has_no_opinion(both, tmp_path, monkeypatch):
    pytest.importorskip("onnxruntime", reason="make semantic")
    both.model.save(tmp_path / "own")
    monkeypatch.setattr(models, "OPINION_DIR", tmp_path / "none")
    with pytest.raises(models.ConfigurationError, match="no second opinion"):
        models.with_opinion(tmp_path / "own")
    SecondOpinion("0" * 12, np.zeros((3, 3)), np.zeros(3), 1.0, 1.0, 1.0).save(tmp_path / "own")
    with pytest.raises(models.ConfigurationError, match="belongs to the weights"):
        models.with_opinion(tmp_path / "own")
