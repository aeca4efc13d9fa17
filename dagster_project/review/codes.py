"""What a reviewer may write into the sheet."""

from difflib import get_close_matches
from functools import cache

from classifiers.taxonomy import load_taxonomy
from dagster_project.settings import PROJECT_ROOT

STATES = ("NO_REASON_STATED", "NOT_A_CONTACT")
DECISIONS = ("confirmed", "corrected", "no_reason_stated", "not_a_contact", "undecidable")
RETURN_DECISIONS = ("approved", "rejected", "undecidable")
"""Answers about a return or a refund, which has no code."""
QUEUES = {"call": "reason_codes", "return": "returns", "refund": "refunds"}
"""Kind of item of the review queue -> queue of its decisions in the landing source review_decisions."""


@cache
def text_class_of() -> dict[str, str]:
    """Return every code a reviewer may give -> the class of the words that it belongs to."""
    taxonomy = load_taxonomy(PROJECT_ROOT / "data" / "taxonomy" / "reason_codes.csv")
    known = {code.code: code.text_class for code in taxonomy.codes}
    known |= {name: name for name in taxonomy.text_classes}
    return known | {state: state for state in STATES}


def suggestion(code: str) -> str:
    """Return what the reviewer may have meant, as the end of a message."""
    near = get_close_matches(code.upper(), text_class_of(), n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "the codes stand in marts.dim_reason_codes"
