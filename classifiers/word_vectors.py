"""Make ``data/word_vectors`` from the pinned encoder: ``python -m classifiers.word_vectors`` (= ``make vectors``).

``words.txt`` is given: the words of the encoder's own list in its order, then words of the corpus it lacks.
Each is encoded alone; the vectors are reduced to 128 principal components of the first 20,000 words and
rounded to 8 bits. ``projection.npy`` keeps the reduction, so that a few words can be checked in a second.
"""

import argparse
import logging
import string
from pathlib import Path

import numpy as np

from classifiers.sentence_encoder import encode_exactly
from classifiers.vectors import FOLDER

KEPT = 128
FITTED_WORDS = 20_000
# The few numbers beyond this quantile are cut, so that the others are rounded less.
LARGEST_QUANTILE, LARGEST = 0.9995, 127

log = logging.getLogger(__name__)


def spelled(words: list[str], folder: Path = FOLDER) -> list[str]:
    """Words as they are written: the kernel reads "wheres", the encoder knows "where's"."""
    written = (folder / "apostrophes.txt").read_text(encoding="utf-8").split()
    known = {word.replace("'", ""): word for word in written}
    return [known.get(word, word) for word in words]


def rounded(encoded: np.ndarray, projection: np.ndarray) -> np.ndarray:
    """Vectors as they are stored (int8) from vectors of the encoder."""
    values = (encoded - projection[0].astype(np.float64)) @ projection[1:].astype(np.float64).T
    return np.clip(np.rint(values), -LARGEST, LARGEST).astype(np.int8)


def fit_projection(letters: np.ndarray, words: np.ndarray, like: np.ndarray | None) -> np.ndarray:
    """Mean and scaled principal components: float32 [1 + 128, dimensions].

    Args:
        letters: vectors of the single letters, the encoder's first entries.
        words: vectors of the words.
        like: an earlier projection; the sign of a component means nothing and is kept as there.
    """
    everything = np.vstack([letters, words])
    fitted = everything[:FITTED_WORDS]
    middle = fitted.mean(axis=0)
    components = np.linalg.svd(fitted - middle, full_matrices=False)[2][:KEPT]
    if like is not None:
        components *= np.sign((components * like[1:]).sum(axis=1, keepdims=True))
    scale = LARGEST / np.quantile(np.abs((everything - middle) @ components.T), LARGEST_QUANTILE)
    return np.vstack([middle, components * scale]).astype(np.float32)


def make_vectors(folder: Path, output: Path) -> None:
    """Write ``vectors.npy`` and ``projection.npy`` for the words of a folder (four minutes)."""
    words = (folder / "words.txt").read_text(encoding="utf-8").split()
    log.info("encoding %d words", len(words))
    encoded = encode_exactly(spelled(words, folder))
    earlier = folder / "projection.npy"
    like = np.load(earlier, allow_pickle=False) if earlier.exists() else None
    projection = fit_projection(encode_exactly(list(string.ascii_lowercase)), encoded, like)
    output.mkdir(parents=True, exist_ok=True)
    np.save(output / "projection.npy", projection, allow_pickle=False)
    vectors = rounded(encoded, projection)
    np.save(output / "vectors.npy", vectors, allow_pickle=False)
    stored = folder / "vectors.npy"
    if stored.exists() and output != folder:
        there = np.load(stored, allow_pickle=False)
        log.info("numbers equal to %s: %d of %d", stored, int((there == vectors).sum()), vectors.size)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, default=FOLDER, help="folder with words.txt and apostrophes.txt")
    parser.add_argument("--output", type=Path, help="folder to write to; default the same")
    places = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    make_vectors(places.folder, places.output or places.folder)


if __name__ == "__main__":
    main()
