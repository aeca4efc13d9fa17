"""Themes: a planted one is found, named and called real; noise is not; the same texts give the same themes."""

import random

import pytest

from classifiers.themes import false_discovery_rates, find_themes, risen_by_chance

SUBJECTS = {
    "gift wrap": ["gift wrapping", "wrap it as a gift", "gift paper", "gift wrapped"],
    "music": ["the hold music", "music while waiting", "your waiting music", "loud music"],
    "jobs": ["a job opening", "apply for a job", "job interview", "job application"],
    "press": ["a newspaper article", "newspaper interview", "the newspaper wrote", "newspaper reporter"],
}
FRAMES = ["hello, I call about {}", "um, it is {}, please", "can we talk about {}", "so {} again", "somebody said {}"]


def texts_of(subject: str, count: int, draw: random.Random) -> list[str]:
    return [draw.choice(FRAMES).format(draw.choice(SUBJECTS[subject])) for _ in range(count)]


def world(seed: int, now: dict[str, int], before: dict[str, int]) -> tuple[list[str], list[bool]]:
    draw = random.Random(seed)
    rows = [(text, True) for subject, count in now.items() for text in texts_of(subject, count, draw)]
    rows += [(text, False) for subject, count in before.items() for text in texts_of(subject, count, draw)]
    draw.shuffle(rows)
    return [text for text, _ in rows], [is_now for _, is_now in rows]


def test_a_subject_that_grows_is_found_named_and_real():
    texts, is_now = world(1, {"gift wrap": 30, "music": 10, "jobs": 10, "press": 10},
                          {"gift wrap": 8, "music": 40, "jobs": 40, "press": 40})  # fmt: skip
    themes = find_themes(texts, is_now, 1000, 4000)
    risen = [theme for theme in themes if theme.q_value is not None and theme.q_value <= 0.1]
    assert risen
    assert all("gift" in theme.name for theme in risen)
    assert sum(theme.count_now for theme in themes if "gift" in theme.name) >= 27
    for theme in risen:
        assert theme.rate_ratio > 2
        assert theme.cohesion > 0.5
        assert all("gift" in texts[place] for place in theme.examples)


def test_without_growth_hardly_a_week_raises_an_alarm():
    alarms = 0
    for seed in range(40):
        same = dict.fromkeys(SUBJECTS, 60)
        texts, _ = world(seed, same, {})
        draw = random.Random(seed)
        is_now = [draw.random() < 0.2 for _ in texts]
        themes = find_themes(texts, is_now, 1000, 4000)
        alarms += any(theme.q_value <= 0.1 for theme in themes)
    # ten in a hundred are the promise; a Poisson test is on the careful side
    assert alarms <= 6


def test_the_same_texts_give_the_same_themes():
    texts, is_now = world(3, dict.fromkeys(SUBJECTS, 20), dict.fromkeys(SUBJECTS, 40))
    assert find_themes(texts, is_now, 500, 2000) == find_themes(texts, is_now, 500, 2000)


def test_counts_add_up_to_the_texts():
    texts, is_now = world(4, dict.fromkeys(SUBJECTS, 20), dict.fromkeys(SUBJECTS, 40))
    themes = find_themes(texts, is_now, 500, 2000)
    assert sum(theme.count_now for theme in themes) == 80


def test_without_weeks_before_there_is_no_growth():
    texts, is_now = world(5, dict.fromkeys(SUBJECTS, 20), {})
    themes = find_themes(texts, is_now, 500, 0)
    assert themes
    assert all(theme.rate_ratio is theme.p_value is theme.q_value is None for theme in themes)


@pytest.mark.parametrize("texts", [[], ["hello"] * 5, [""] * 40, ["the and of"] * 40, [f"w{i}" for i in range(40)]])
def test_texts_without_a_subject_give_no_theme(texts):
    assert find_themes(texts, [True] * len(texts), 100, 400) == []


def test_equal_texts_are_one_theme_and_no_error():
    themes = find_themes(["where is my gift card"] * 40, [True] * 20 + [False] * 20, 100, 100)
    assert sum(theme.count_now for theme in themes) == 20


def test_the_tail_by_hand():
    """Three events, all now, one call in five now: 0.2 ** 3."""
    assert risen_by_chance(3, 0, 100, 400) == pytest.approx(0.008)
    assert risen_by_chance(0, 5, 100, 400) == pytest.approx(1)
    assert risen_by_chance(1, 1, 100, 0) is None


def test_false_discovery_rates_by_hand():
    """Of 4 p-values: 0.01 x 4 / 1, then 0.02 x 4 / 2, 0.3 x 4 / 3 and 0.9, each no larger than the next."""
    assert false_discovery_rates([0.3, 0.01, None, 0.9, 0.02]) == pytest.approx([0.4, 0.04, None, 0.9, 0.04])


def test_a_theme_is_called_neither_by_a_caller_nor_by_what_is_said_in_any_call():
    draw = random.Random(4)
    names = ["Carla", "Liam", "Pia", "Ben"]
    frames = ["Yes hello, it's {}, {}", "hi, my name is {}, {}", "Okay so this is {}, {} please, it's really annoying"]
    texts = [draw.choice(frames).format(draw.choice(names), text) for text in
             texts_of("music", 40, draw) + texts_of("jobs", 40, draw)]  # fmt: skip
    themes = find_themes(texts, [place % 2 == 0 for place in range(len(texts))], 500, 500)
    assert themes
    said = {word for theme in themes for word in theme.name.replace(",", " ").split()}
    assert not said & {"carla", "liam", "pia", "ben", "yes", "hello", "okay", "really", "ve"}
