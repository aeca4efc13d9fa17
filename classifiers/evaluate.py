"""Measure engine and shipped model on the public sets: ``python -m classifiers.evaluate`` (= ``make eval``).

Writes tables with 95 % intervals into ``classifiers/results``. The sets are looked for in the folder
given by ``--data`` or ``WHYCALL_PUBLIC_DATA`` (default ``../shared/data`` beside the project); a set that is
not there is skipped with a message. No text of them is kept.
"""

import argparse
import logging
import os
from collections.abc import Callable
from pathlib import Path

from classifiers.engine_evaluation import measure_banking77, measure_clinc150, measure_multidogo
from classifiers.evaluation import Measure, measure_bitext, measure_brownbox, measure_calls
from classifiers.model import ReasonCodeClassifier
from classifiers.opinion_evaluation import measure_opinion
from classifiers.public_sets import read_banking77, read_clinc150
from classifiers.report import engine_report, public_report, speed_report
from classifiers.semantic import SemanticUnavailableError, weights_path
from classifiers.speed import import_seconds, measure_speed
from classifiers.taxonomy import load_taxonomy
from classifiers.train import BITEXT, MODEL, RESULTS, ROOT, TAXONOMY

PUBLIC = ROOT.parent / "shared" / "data"
log = logging.getLogger(__name__)


def _present(measures: list[Measure], path: Path, measure: Callable[[Path], list[Measure]]) -> None:
    """Add what a set shows, or say that it is not there."""
    if not path.exists():
        log.warning("skipped: no %s", path.name)
        return
    for found in measure(path):
        log.info("%s: %.4f (%d)", found.name, found.value, found.cases)
        measures.append(found)


def evaluate_engine(data: Path, opinion: bool) -> list[Measure]:
    """Fit and predict on the sets with official splits; with the second opinion if that is installed."""
    measures: list[Measure] = []
    texts = data / "texts"
    _present(measures, texts / "banking77", measure_banking77)
    _present(measures, texts / "clinc150", measure_clinc150)
    _present(measures, texts / "multidogo", measure_multidogo)
    if opinion:
        _present(measures, texts / "banking77", lambda p: measure_opinion("banking77", read_banking77, p))
        _present(measures, texts / "clinc150", lambda p: measure_opinion("CLINC150", read_clinc150, p))
    return measures


def evaluate_model(model: ReasonCodeClassifier, data: Path) -> list[Measure]:
    """The shipped model on sets it was never trained on."""
    measures: list[Measure] = []
    taxonomy = load_taxonomy(TAXONOMY)
    _present(measures, data / BITEXT, lambda p: measure_bitext(model, taxonomy, p))
    _present(measures, data / "landing_real", lambda p: measure_calls(model, p, p.with_name("landing_real_labels.csv")))
    _present(measures, data / "texts" / "brownbox_dev.jsonl.gz", lambda p: measure_brownbox(model, p))
    return measures


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    default = Path(os.environ.get("WHYCALL_PUBLIC_DATA", PUBLIC))
    parser.add_argument("--data", type=Path, default=default, help="folder of the public sets")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the tables")
    parser.add_argument("--no-opinion", action="store_true", help="leave out the second opinion (minutes)")
    places = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model = ReasonCodeClassifier.load(MODEL)
    try:
        weights_path()
        opinion = not places.no_opinion
    except SemanticUnavailableError as error:
        log.warning("skipped: second opinion (%s)", error)
        opinion = False
    places.results.mkdir(parents=True, exist_ok=True)
    shipped = evaluate_model(model, places.data)
    if shipped:
        (places.results / "public_sets.md").write_text(public_report(model.model_version, shipped), encoding="utf-8")
    banking = places.data / "texts" / "banking77"
    if banking.exists():
        speed = measure_speed(model, read_banking77(banking, "train").texts)
        size = sum(path.stat().st_size for path in MODEL.iterdir()) / 1e6
        (places.results / "speed.md").write_text(speed_report(speed, size, import_seconds()), encoding="utf-8")
    engine = evaluate_engine(places.data, opinion)
    if engine:
        (places.results / "engine.md").write_text(engine_report(engine), encoding="utf-8")


if __name__ == "__main__":
    main()
