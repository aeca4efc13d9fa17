"""Train the shipped model from the corpus: ``python -m classifiers.train`` (= ``make model``).

Writes the artifact and the table of held-out patterns in ``classifiers/results``. The same corpus
gives the same bytes. ``python -m classifiers.evaluate`` measures it on public sets.
"""

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path

from classifiers.corpus import load_corpus
from classifiers.fitting import Fitted, fit_record
from classifiers.model import ReasonCodeClassifier
from classifiers.report import held_out_report
from classifiers.taxonomy import Taxonomy, load_taxonomy

ROOT = Path(__file__).resolve().parents[1]
TAXONOMY = ROOT / "data" / "taxonomy" / "reason_codes.csv"
CORPUS = ROOT / "data" / "corpus"
MODEL = ROOT / "data" / "models" / "reason_codes"
RESULTS = ROOT / "classifiers" / "results"
BITEXT = Path("texts") / "bitext_20k" / "bitext_20000_utterances.csv.gz"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Places:
    """Where training reads and writes."""

    corpus: Path = CORPUS
    taxonomy: Path = TAXONOMY
    model: Path = MODEL
    results: Path = RESULTS


def train(places: Places) -> ReasonCodeClassifier:
    """Fit, save and measure the model of a corpus.

    Raises:
        ValueError: the corpus has a class the taxonomy does not know, or lacks one.
    """
    taxonomy = load_taxonomy(places.taxonomy)
    fitted = fit_corpus(places.corpus, taxonomy)
    model = ReasonCodeClassifier(fitted.record)
    model.save(places.model)
    places.results.mkdir(parents=True, exist_ok=True)
    report = held_out_report(fitted)
    (places.results / "held_out.md").write_text(report, encoding="utf-8")
    log.info("model %s from %d texts", model.model_version, fitted.record.training_texts)
    return model


def fit_corpus(folder: Path, taxonomy: Taxonomy) -> Fitted:
    """Fit the texts of a corpus folder; patterns are the groups of calibration."""
    corpus = load_corpus(folder)
    corpus.check_classes(taxonomy)
    examples = corpus.examples()
    return fit_record(
        [example.text for example in examples],
        [example.code for example in examples],
        [example.pattern for example in examples],
        taxonomy.version,
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("corpus", "taxonomy", "model", "results"):
        parser.add_argument(f"--{name}", type=Path, default=getattr(Places(), name))
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    train(Places(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
