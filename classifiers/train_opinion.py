"""Fit the second opinion of the shipped model: ``python -m classifiers.train_opinion`` (= ``make opinion``).

Needs the extra ``semantic`` and some minutes. The kernel is fitted as `make model` does, because the weight of
the opinion is chosen on the folds of that fit; the head learns from a few texts of every pattern, since the
others say the same in other words.
"""

import argparse
import logging
from collections import Counter
from dataclasses import replace
from pathlib import Path

from classifiers.fitting import Fitted, fit_record
from classifiers.labelled import LabelledTexts
from classifiers.second_opinion import Encoder, SecondOpinion, fit_second_opinion
from classifiers.semantic import encode
from classifiers.taxonomy import NO_REASON, load_taxonomy
from classifiers.train import CORPUS, MODEL, TAXONOMY, corpus_texts

OPINION = MODEL.with_name("second_opinion")
TEXTS_PER_PATTERN = 2
NULL_TEXTS_PER_PATTERN = 1

log = logging.getLogger(__name__)


def opinion_on(fitted: Fitted, found: LabelledTexts, encoder: Encoder = encode) -> SecondOpinion:
    """Fit the opinion on the first texts of every pattern.

    Args:
        fitted: the kernel with its held-out scores.
        found: the texts it was fitted on.
        encoder: texts to vectors.
    """
    seen: Counter[int] = Counter()
    chosen = []
    for i, (group, code) in enumerate(zip(found.groups, found.codes, strict=True)):
        seen[group] += 1
        if seen[group] <= (NULL_TEXTS_PER_PATTERN if code == NO_REASON else TEXTS_PER_PATTERN):
            chosen.append(i)
    part = replace(fitted, held_out=fitted.held_out[chosen], labels=fitted.labels[chosen], groups=fitted.groups[chosen])
    return fit_second_opinion(part, [found.texts[i] for i in chosen], encoder)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, default=OPINION, help="folder of the opinion")
    output = parser.parse_args().output
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    taxonomy = load_taxonomy(TAXONOMY)
    found = corpus_texts(CORPUS, taxonomy)
    opinion = opinion_on(fit_record(found.texts, found.codes, found.groups, taxonomy.version), found)
    opinion.save(output)
    log.info(
        "opinion %s for weights %s: weight %.2f, asks below %.2f",
        opinion.version,
        opinion.belongs_to,
        opinion.blend,
        opinion.ask_below,
    )


if __name__ == "__main__":
    main()
