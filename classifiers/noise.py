"""What a telephone does to a sentence: longer turns, fillers, restarts, recognition errors."""

import random
import re

from classifiers.grammar import fill
from classifiers.taxonomy import NO_REASON, NOT_A_CONTACT

PLAIN_SHARE = 0.45
OPENINGS = (
    "hi",
    "hello",
    "hey",
    "good morning",
    "yeah",
    "yeah so",
    "so",
    "okay so",
    "well",
    "hi there",
    "hi I'm calling because",
    "I'm calling because",
    "the reason I'm calling is",
    "basically",
    "listen",
    "look",
    "yes hello",
    "hi yeah",
    "I was just wondering",
    "sorry",
    "hey there",
    "hi, I have a question",
    "hello, I need some help",
    "hi, hope you're well",
    "excuse me",
    "alright",
    "actually",
    "oh and",
    "also",
    "one more thing",
    "the thing is",
    "so here's the thing",
    "first of all",
    "in that case",
    "thanks",
    "great",
    "no",
    "yes",
    "I see",
)
CLOSINGS = (
    "please",
    "thanks",
    "thank you",
    "can you help me",
    "can you help me with that",
    "could you help",
    "what can I do",
    "what should I do",
    "is that possible",
    "right",
    "you know",
    "can you check that",
    "if possible",
    "as soon as possible",
    "do you understand",
    "can you do that",
    "let me know",
    "please help",
    "what do you suggest",
    "okay",
    "my order number is 4 4 1 2",
    "my name is Tom",
    "that's why I'm calling",
    "I appreciate it",
    "can you please assist",
    "would appreciate your help",
    "how does that work",
)
FILLERS = ("um", "uh", "like", "you know", "I mean", "er", "well", "so", "actually", "kind of")
MISHEARD = (
    ("refund", "re fund"),
    ("order", "older"),
    ("deliver", "the liver"),
    ("package", "packages"),
    ("cancel", "can sell"),
    ("return", "re turn"),
    ("receipt", "receive"),
    ("address", "a dress"),
    ("exchange", "ex change"),
    ("tracking", "track in"),
    ("there", "their"),
    ("it's", "its"),
    ("haven't", "have and"),
    ("item", "i tem"),
    ("want to", "wanna"),
    ("going to", "gonna"),
    ("where is", "wheres"),
    ("don't", "dont"),
    ("I'd", "I"),
    ("shipped", "ship"),
    ("my", "mai"),
    ("account", "a count"),
    ("invoice", "in voice"),
    ("email", "e mail"),
    ("charged", "charge"),
    ("the", "da"),
    ("you", "u"),
    ("please", "pls"),
    ("because", "cause"),
    ("password", "pass word"),
)


def speak(
    text: str,
    code: str,
    small_talk: tuple[str, ...],
    slots: dict[str, tuple[str, ...]],
    chance: random.Random,
) -> str:
    """A text as a caller might say it and a recogniser might write it down."""
    if code == NO_REASON:
        if chance.random() < 0.35:
            text = _join(text, _small_talk(small_talk, slots, chance), chance)
    elif code != NOT_A_CONTACT and chance.random() > PLAIN_SHARE:
        text = _longer(text, small_talk, slots, chance)
    if chance.random() < 0.3:
        text = _disfluent(text, chance)
    if chance.random() < 0.15:
        text = _misheard(text, chance)
    if chance.random() < 0.1:
        text = _typo(text, chance)
    if chance.random() < 0.35:
        text = re.sub(r"[,.?!]", "", text).lower()
    return text


def _small_talk(small_talk: tuple[str, ...], slots: dict[str, tuple[str, ...]], chance: random.Random) -> str:
    return fill(chance.choice(small_talk), slots, chance)


def _join(first: str, second: str, chance: random.Random) -> str:
    return chance.choice((", ", ". ", " ", ". ", "! ", "... ")).join((first, second))


def _longer(
    text: str,
    small_talk: tuple[str, ...],
    slots: dict[str, tuple[str, ...]],
    chance: random.Random,
) -> str:
    """The sentence inside a turn: with an opening, a closing or talk that states nothing."""
    kind = chance.random()
    if kind < 0.45:
        text = _join(chance.choice(OPENINGS), text, chance)
    if kind > 0.3 and kind < 0.75:
        text = _join(text, chance.choice(CLOSINGS), chance)
    if kind > 0.75 and small_talk:
        text = _join(_small_talk(small_talk, slots, chance), text, chance)
    if kind > 0.9 and small_talk:
        text = _join(text, _small_talk(small_talk, slots, chance), chance)
    return text


def _disfluent(text: str, chance: random.Random) -> str:
    """A filler, a repeated word or a restart."""
    words = text.split()
    at = chance.randrange(len(words)) if words else 0
    kind = chance.random()
    if kind < 0.5:
        words.insert(at, chance.choice(FILLERS))
    elif kind < 0.8 and words:
        words.insert(at, words[at])
    elif len(words) > 4:
        words = words[: min(3, at + 1)] + words
    return " ".join(words)


def _misheard(text: str, chance: random.Random) -> str:
    """Recognition errors: a wrong word or a lost one."""
    wrong, heard = chance.choice(MISHEARD)
    if wrong in text:
        return text.replace(wrong, heard, 1)
    words = text.split()
    if len(words) > 5:
        del words[chance.randrange(len(words))]
    return " ".join(words)


def _typo(text: str, chance: random.Random) -> str:
    """Two letters swapped, or one lost or doubled (written channels)."""
    if len(text) < 8:
        return text
    at = chance.randrange(1, len(text) - 2)
    kind = chance.random()
    if kind < 0.4:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if kind < 0.7 else text[:at] + text[at] + text[at:]
