"""Texts -> themes: what the calls that fit no code are about, and whether it is new.

TF-IDF, a truncated SVD and k-means on the texts of a week and of the weeks before it; the clusters
do not know which text is of which week, so counting weeks in them afterwards is a fair test. A theme
is called by the words that set it apart from the others (c-TF-IDF) and shown by its nearest texts.
Growth is a rate over all calls against the weeks before, with the false discoveries of one week
under control. The same texts give the same themes.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.callers import without_names

FEWEST_TEXTS = 20
LARGEST_K = 40
DIMENSIONS = 64
NAME_WORDS = 3
EXAMPLES = 3

# what is said in any call, whatever it is about; the stop words of the library are of written English
SPOKEN = frozenset(
    {"yes", "yeah", "yep", "hello", "hi", "hey", "okay", "ok", "um", "uh", "er", "well", "so", "like", "basically"}
    | {"actually", "really", "just", "kind", "sort", "mean", "know", "please", "thanks", "thank", "sorry", "bye"}
    | {"want", "need", "got", "going", "gonna"}
)
_APOSTROPHE = re.compile(r"(\w)['’](?:s|m|d|ve|re|ll|t)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Theme:
    """One cluster of texts.

    Attributes:
        name: the words that set it apart, most telling first.
        count_now, count_before: texts of the current week and of the weeks before.
        cohesion: mean cosine of its texts to their centre, 0 to 1.
        examples: indexes of the texts nearest to the centre, current ones first.
        rate_ratio: rate now over rate before, half a text added to both; null without weeks before.
        p_value: chance of so many texts now if the rate had not risen; null without weeks before.
        q_value: smallest false discovery rate at which the theme still counts as risen.
    """

    name: str
    count_now: int
    count_before: int
    cohesion: float
    examples: tuple[int, ...]
    rate_ratio: float | None
    p_value: float | None
    q_value: float | None


def find_themes(texts: Sequence[str], is_now: Sequence[bool], calls_now: int, calls_before: int) -> list[Theme]:
    """Group texts into themes, those with the most texts of the current week first.

    Args:
        texts: what the callers said; the order must not depend on chance.
        is_now: per text, True for the current week, False for the weeks before.
        calls_now: all calls of the current week, whatever their code.
        calls_before: all calls of the weeks before; 0 = there are none, and no growth is told.

    Returns:
        No theme at all for fewer than FEWEST_TEXTS texts, or texts that share no word.
    """
    if len(texts) < FEWEST_TEXTS:
        return []
    places, counts, words = _vectors(texts)
    if places.shape[1] < 2:
        return []
    labels, centres = _clusters(places)
    now = np.asarray(is_now, dtype=bool)
    names = _names(counts, words, labels)
    sizes = [(int((now & (labels == c)).sum()), int((~now & (labels == c)).sum())) for c in range(len(centres))]
    chances = [risen_by_chance(a, b, calls_now, calls_before) for a, b in sizes]
    adjusted = false_discovery_rates(chances)
    themes = []
    for c, (count_now, count_before) in enumerate(sizes):
        if count_now == 0:
            continue
        members = np.flatnonzero(labels == c)
        nearness = places[members] @ centres[c]
        nearest = members[np.lexsort((members, -np.round(nearness, 6), ~now[members]))]
        themes.append(
            Theme(
                name=names[c],
                count_now=count_now,
                count_before=count_before,
                cohesion=float(np.round(nearness.mean(), 4)),
                examples=tuple(int(place) for place in nearest[:EXAMPLES]),
                rate_ratio=_rate_ratio(count_now, count_before, calls_now, calls_before),
                p_value=chances[c],
                q_value=adjusted[c],
            )
        )
    return sorted(themes, key=lambda theme: (-theme.count_now, theme.name, theme.examples))


def risen_by_chance(now: int, before: int, calls_now: int, calls_before: int) -> float | None:
    """Return the chance of at least `now` of now + before events, if the rate per call is the same.

    Two Poisson counts with their sum given: a binomial tail. None without calls before.
    """
    if calls_before <= 0 or calls_now <= 0:
        return None
    total, share = now + before, calls_now / (calls_now + calls_before)
    logs = [
        math.lgamma(total + 1)
        - math.lgamma(k + 1)
        - math.lgamma(total - k + 1)
        + k * math.log(share)
        + (total - k) * math.log1p(-share)
        for k in range(now, total + 1)
    ]
    return min(1.0, math.fsum(math.exp(value) for value in logs))


def false_discovery_rates(chances: Sequence[float | None]) -> list[float | None]:
    """Return the q-value of each p-value (Benjamini and Hochberg); None stays None."""
    known = sorted((chance, place) for place, chance in enumerate(chances) if chance is not None)
    rates: list[float | None] = [None] * len(chances)
    lowest = 1.0
    for rank in range(len(known), 0, -1):
        chance, place = known[rank - 1]
        lowest = min(lowest, chance * len(known) / rank)
        rates[place] = lowest
    return rates


def _rate_ratio(now: int, before: int, calls_now: int, calls_before: int) -> float | None:
    if calls_before <= 0 or calls_now <= 0:
        return None
    return ((now + 0.5) / calls_now) / ((before + 0.5) / calls_before)


def _vectors(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return places on the unit sphere, word counts (sparse) and the words."""
    # imported here: the classifier itself runs without scikit-learn
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer, TfidfTransformer
    from sklearn.preprocessing import normalize
    from threadpoolctl import threadpool_limits

    counter = CountVectorizer(
        stop_words=sorted(ENGLISH_STOP_WORDS | SPOKEN),
        ngram_range=(1, 2),
        min_df=2,
        token_pattern=r"(?u)\b[^\W\d_]{2,}\b",
    )
    try:
        counts = counter.fit_transform([_APOSTROPHE.sub(r"\1", without_names(text, "")) for text in texts])
    except ValueError:  # no word occurs twice
        return np.zeros((len(texts), 0)), np.zeros((len(texts), 0)), np.zeros(0)
    weighed = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    words = counter.get_feature_names_out()
    dimensions = min(DIMENSIONS, weighed.shape[1] - 1, len(texts) - 1)
    if dimensions < 2:
        return np.zeros((len(texts), 0)), counts, words
    # one thread: sums of several threads differ in their last digits from run to run
    with threadpool_limits(limits=1), np.errstate(invalid="ignore"):
        places = normalize(TruncatedSVD(dimensions, random_state=0).fit_transform(weighed))
    return places, counts, words


def _clusters(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the cluster of each text and the centres, on the unit sphere."""
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import normalize
    from threadpoolctl import threadpool_limits

    different = len(np.unique(np.round(places, 6), axis=0))
    k = min(LARGEST_K, round(math.sqrt(len(places))), different)
    with threadpool_limits(limits=1):
        found = KMeans(k, n_init=4, random_state=0).fit(places)
    return found.labels_, normalize(found.cluster_centers_)


def _names(counts: np.ndarray, words: np.ndarray, labels: np.ndarray) -> list[str]:
    """Return the words of each cluster by c-TF-IDF: frequent in it, rare in the others."""
    totals = np.asarray(counts.sum(axis=0), dtype=float).ravel()
    per_cluster = totals.sum() / max(1, labels.max() + 1)
    rarity = np.log1p(per_cluster / totals)
    names = []
    for c in range(labels.max() + 1):
        inside = np.asarray(counts[labels == c].sum(axis=0), dtype=float).ravel()
        order = np.lexsort((words, -np.round(inside * rarity, 6)))
        names.append(", ".join(_telling(words[order[inside[order] > 0]])))
    return names


def _telling(ranked: np.ndarray) -> list[str]:
    """Return the first words that do not repeat one another."""
    chosen: list[str] = []
    for word in ranked:
        parts = set(str(word).split())
        if all(not parts & set(other.split()) for other in chosen):
            chosen.append(str(word))
        if len(chosen) == NAME_WORDS:
            break
    return chosen
