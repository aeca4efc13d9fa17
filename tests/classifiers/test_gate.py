"""The gate lets no model through that is proven worse on a frozen gold set."""

import random

import numpy as np
import pytest

from classifiers.fitting import fit_record
from classifiers.gate import GateError, compare, gate, paired_interval, worth
from classifiers.gold import GoldSet, judge_fit, read_gold
from classifiers.labelled import LabelledTexts
from classifiers.model import ReasonCodeClassifier
from classifiers.train import replace_model

GOLD = ["A", "B"] * 200


def answers(wrong: int, start: int = 0) -> list[str | None]:
    return ["?" if start <= place < start + wrong else code for place, code in enumerate(GOLD)]


def test_the_same_answers_pass():
    result = gate({"own": GOLD}, {"own": answers(20)}, {"own": answers(20)})
    assert result.passed
    assert result.comparisons["own"].verdict == "equal"
    assert result.comparisons["own"].old == pytest.approx(0.95 - 3 * 0.05)


def test_a_better_model_passes_and_a_worse_one_does_not():
    better = gate({"own": GOLD}, {"own": answers(40)}, {"own": answers(10)})
    assert better.passed
    assert better.comparisons["own"].verdict == "better"
    worse = gate({"own": GOLD}, {"own": answers(10)}, {"own": answers(40)})
    assert not worse.passed
    assert "worse" in worse.lines()[0]
    assert "own: 0.9000 -> 0.6000" in worse.refusal()


def test_one_bad_gold_set_is_enough():
    old = {"own": answers(20), "public": answers(20)}
    new = {"own": answers(0), "public": answers(40)}
    assert not gate({"own": GOLD, "public": GOLD}, old, new).passed


def test_what_an_answer_is_worth():
    assert worth("A", "A") == worth("NO_REASON", "NO_REASON") == 1
    assert worth("A", None) == worth("A", "NO_REASON") == 0
    assert worth("A", "B") == worth("NO_REASON", "B") < -1
    assert not gate({"own": ["A"] * 30}, {"own": ["A"] * 30}, {"own": [None] * 30}).passed


def test_a_loss_that_chance_explains_passes():
    assert gate({"own": GOLD}, {"own": answers(20)}, {"own": answers(22)}).passed
    assert not gate({"own": GOLD}, {"own": answers(20)}, {"own": answers(28)}).passed
    assert compare([1], [0]).verdict == "equal"


def test_texts_of_one_group_are_one_draw():
    old, new = [1.0] * 400, [1.0] * 388 + [0.0] * 12
    assert compare(old, new).verdict == "worse"
    assert compare(old, new, [i // 20 for i in range(400)]).verdict == "equal"


def test_the_interval_holds_what_it_promises():
    """Pairs drawn with a difference of -0.02: 95 % of the intervals contain it, give or take."""
    draw = random.Random(5)
    count, covered = 400, 0
    for _ in range(600):
        differences = []
        for _ in range(count):
            u = draw.random()
            differences.append((u < 0.04) - (0.04 <= u < 0.10))
        low, high = paired_interval(np.array(differences, dtype=float))
        covered += low <= -0.02 <= high
    assert 0.92 <= covered / 600 <= 0.98


@pytest.mark.parametrize(("old", "new"), [([], []), ([True], [True, False])])
def test_nothing_to_compare_is_an_error(old, new):
    with pytest.raises(ValueError, match="gold set"):
        compare(old, new)


def test_a_gold_set_without_answers_is_an_error():
    with pytest.raises(ValueError, match="no answers"):
        gate({"own": GOLD}, {}, {"own": GOLD})
    with pytest.raises(ValueError, match="without a gold set"):
        gate({}, {}, {})


TOPICS = {
    "LEAK": "the lid leaks water drips from the bottom",
    "NOISE": "too loud the motor hums and rattles at night",
    "COLOUR": "wrong shade it looks green instead of blue",
}


def labelled(noise: float, seed: int = 1) -> LabelledTexts:
    """Texts of three topics; a share of the labels is wrong."""
    draw = random.Random(seed)
    texts, codes = [], []
    for i in range(240):
        code = list(TOPICS)[i % 3]
        words = TOPICS[code].split()
        texts.append(" ".join(draw.sample(words, 5)) + f" number {i}")
        codes.append(code if draw.random() >= noise else list(TOPICS)[(i + 1) % 3])
    return LabelledTexts(texts, codes, list(range(len(texts))))


def fit(found: LabelledTexts):
    return fit_record(found.texts, found.codes, found.groups, "t")


@pytest.fixture(scope="module")
def fits():
    good, bad = labelled(0.0), labelled(0.55)
    return (good, fit(good)), (bad, fit(bad))


def gold_set() -> GoldSet:
    found = labelled(0.0, seed=2)
    return GoldSet("gold", found.texts, found.codes)


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_worse_model_is_refused_and_the_old_one_stays(tmp_path, fits):
    (good, better), (bad, worse) = fits
    assert replace_model(tmp_path, tmp_path, better, good, [gold_set()], force=False).gate == ()
    before = bytes_of(tmp_path)
    with pytest.raises(GateError, match="refused.*gold: .*worse.*--force") as caught:
        replace_model(tmp_path, tmp_path, worse, bad, [gold_set()], force=False)
    assert "\n" not in str(caught.value)
    assert bytes_of(tmp_path) == before


def test_force_overrides_and_the_card_says_so(tmp_path, fits):
    (good, better), (bad, worse) = fits
    replace_model(tmp_path, tmp_path, better, good, [], force=False)
    forced = replace_model(tmp_path, tmp_path, worse, bad, [gold_set()], force=True)
    again = ReasonCodeClassifier.load(tmp_path)
    assert again.model_version == forced.model.model_version == worse.record.version
    assert "forced past the gate" in (tmp_path / "MODEL_CARD.md").read_text()
    again.save(tmp_path / "again")
    assert (tmp_path / "again" / "MODEL_CARD.md").read_bytes() == (tmp_path / "MODEL_CARD.md").read_bytes()


def test_a_better_model_goes_in(tmp_path, fits):
    (good, better), (bad, worse) = fits
    replace_model(tmp_path, tmp_path, worse, bad, [], force=False)
    found = replace_model(tmp_path, tmp_path, better, good, [gold_set()], force=False)
    assert any("gold" in line and "better" in line for line in found.gate)
    assert ReasonCodeClassifier.load(tmp_path).model_version == better.record.version


def test_held_out_answers_of_both_models_are_compared(tmp_path, fits):
    (good, better), (bad, worse) = fits
    replace_model(tmp_path, tmp_path, better, good, [], force=False)
    same = judge_fit(tmp_path, better, good.texts, good.codes, [])
    assert same.comparisons["held-out patterns"].verdict == "equal"
    assert same.comparisons["held-out patterns"].count == len(good.texts)
    # the labels of the new corpus are the truth for both, so here the old model is the one that looks worse
    with pytest.raises(ValueError, match="nothing to compare"):
        judge_fit(tmp_path, fit(LabelledTexts(["x a", "y b"] * 9, ["A", "B"] * 9, list(range(18)))), ["x a"], ["A"], [])
    # a gold text that one of the two was trained on says nothing
    leaked = judge_fit(tmp_path, worse, bad.texts, bad.codes, [GoldSet("leaked", good.texts, good.codes)])
    assert "leaked" not in leaked.comparisons


def test_without_anything_to_compare_nothing_is_replaced(tmp_path, fits):
    (good, better), _ = fits
    replace_model(tmp_path, tmp_path, better, good, [], force=False)
    (tmp_path / "held_out.npz").unlink()
    with pytest.raises(GateError, match="nothing to compare"):
        replace_model(tmp_path, tmp_path, better, good, [], force=False)


def test_a_gold_file_needs_its_columns(tmp_path):
    (tmp_path / "a.csv").write_text("text,code\nhi,\nwhere,WISMO\n", "utf-8")
    assert read_gold(tmp_path / "a.csv").codes == ["NO_REASON", "WISMO"]
    (tmp_path / "b.csv").write_text("words\nhi\n", "utf-8")
    with pytest.raises(ValueError, match="columns text and code"):
        read_gold(tmp_path / "b.csv")
