"""Train the shipped model from the corpus: ``python -m classifiers.train`` (= ``make model``).

Writes the artifact and the table of held-out patterns in ``classifiers/results``. The same corpus
gives the same bytes. A model that is proven worse than the one it would replace is refused (exit code 1,
nothing is written); ``--force`` writes it all the same and says so in its card.
``python -m classifiers.evaluate`` measures it on public sets.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from classifiers.corpus import load_corpus
from classifiers.fitting import Fitted, fit_record
from classifiers.gate import GateError
from classifiers.gold import GoldSet, held_out_answers, judge_fit, read_gold, write_sheet
from classifiers.labelled import LabelledTexts
from classifiers.model import ReasonCodeClassifier
from classifiers.report import held_out_report
from classifiers.taxonomy import Taxonomy, load_taxonomy

ROOT = Path(__file__).resolve().parents[1]
TAXONOMY = ROOT / "data" / "taxonomy" / "reason_codes.csv"
CORPUS = ROOT / "data" / "corpus"
GOLD = ROOT / "data" / "gold"
MODEL = ROOT / "data" / "models" / "reason_codes"
RESULTS = ROOT / "classifiers" / "results"
BITEXT = Path("texts") / "bitext_20k" / "bitext_20000_utterances.csv.gz"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Places:
    """Where training reads and writes."""

    corpus: Path = CORPUS
    taxonomy: Path = TAXONOMY
    gold: Path = GOLD
    model: Path = MODEL
    results: Path = RESULTS


@dataclass(frozen=True)
class Trained:
    """A saved model and what the gate saw; no lines where there was no model before."""

    model: ReasonCodeClassifier
    gate: tuple[str, ...]


def train(places: Places, force: bool = False) -> Trained:
    """Fit, judge, save and measure the model of a corpus.

    Raises:
        ValueError: the corpus has a class the taxonomy does not know, or lacks one.
        GateError: the model is worse than the one in place, which stays.
    """
    taxonomy = load_taxonomy(places.taxonomy)
    found = corpus_texts(places.corpus, taxonomy)
    fitted = fit_record(found.texts, found.codes, found.groups, taxonomy.version)
    sets = [read_gold(path) for path in sorted(places.gold.glob("*.csv*"))]
    trained = replace_model(places.model, places.model, fitted, found, sets, force)
    places.results.mkdir(parents=True, exist_ok=True)
    (places.results / "held_out.md").write_text(held_out_report(fitted), encoding="utf-8")
    log.info("model %s from %d texts", trained.model.model_version, fitted.record.training_texts)
    return trained


def corpus_texts(folder: Path, taxonomy: Taxonomy) -> LabelledTexts:
    """The texts of a corpus folder; patterns are the groups of calibration."""
    corpus = load_corpus(folder)
    corpus.check_classes(taxonomy)
    examples = corpus.examples()
    return LabelledTexts([e.text for e in examples], [e.code for e in examples], [e.pattern for e in examples])


def replace_model(
    old: Path, output: Path, fitted: Fitted, found: LabelledTexts, sets: Sequence[GoldSet], force: bool
) -> Trained:
    """Save a fit unless it is worse than the model in place.

    Args:
        old: folder of the model that it would take the place of; there may be none.
        output: folder to save to.
        fitted: the new model.
        found: what it was fitted on.
        sets: gold sets to judge both on.
        force: save it all the same; its card says what was against it.

    Raises:
        GateError: the figures, in one line.
    """
    lines: list[str] = []
    objection = ""
    if (old / "model.json").exists():
        try:
            judged = judge_fit(old, fitted, found.texts, found.codes, sets)
            lines, objection = judged.lines(), judged.refusal()
        except (ValueError, OSError, KeyError) as error:
            objection = str(error)
    if objection and not force:
        raise GateError(f"model {fitted.record.version} is refused, {old} stays: {objection} (--force overrides)")
    record = replace(fitted.record, notes=(f"forced past the gate: {objection}",)) if objection else fitted.record
    model = ReasonCodeClassifier(record)
    model.save(output)
    write_sheet(output, found.texts, held_out_answers(fitted))
    return Trained(model, tuple(lines))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("corpus", "taxonomy", "gold", "model", "results"):
        parser.add_argument(f"--{name}", type=Path, default=getattr(Places(), name))
    parser.add_argument("--force", action="store_true", help="replace the model even if the new one is worse")
    options = vars(parser.parse_args())
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    force = options.pop("force")
    try:
        for line in train(Places(**options), force).gate:
            log.info("%s", line)
    except GateError as error:
        log.error("%s", error)
        sys.exit(1)


if __name__ == "__main__":
    main()
