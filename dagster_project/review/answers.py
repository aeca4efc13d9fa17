"""One line of a filled-in sheet: what was decided, or what is wrong with it and what to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dagster_project.review.cells import restore, row_check
from dagster_project.review.codes import DECISIONS, QUEUES, RETURN_DECISIONS, STATES, suggestion, text_class_of
from dagster_project.review.sheet import ANSWERS
from dagster_project.settings import ConfigurationError, parse_instant

LONGEST_NAME = 100


class SheetError(Exception):
    """A line cannot be read as a decision; the message says what to do."""


@dataclass(frozen=True)
class Answer:
    """A reviewer's decision on one item; texts are empty where nothing was said."""

    item_id: str
    reviewer_id: str
    decision: str
    code_before: str
    code_after: str
    minutes: str
    decided_at: str
    model_version: str
    item_type: str = "call"


def read_answer(row: dict[str, str], now: datetime) -> Answer | None:
    """Return the decision of a line, None if nobody has answered it.

    Args:
        row: cells by column name.
        now: nobody can have decided after it.

    Raises:
        SheetError: what is wrong with the line.
    """
    cells = {name: restore(text.strip()) for name, text in row.items()}
    if not any(cells.get(name) for name in ANSWERS if name != "reviewer_id"):
        return None
    item_id, code_before, model_version = cells["item_id"], cells["code_before"], cells["model_version"]
    if not item_id:
        raise SheetError("item_id is empty; copy the whole line from the export again")
    item_type = cells.get("item_type") or "call"
    if item_type not in QUEUES or cells["row_check"] != row_check(item_id, code_before, model_version, item_type):
        raise SheetError(
            f"item {item_id!r} is not what was exported: item_id, item_type, code_before, model_version or row_check "
            "was changed "
            "(spreadsheet programs rewrite long numbers: import these columns as text); copy them from the export again"
        )
    if not cells["reviewer_id"]:
        raise SheetError("reviewer_id is empty; write who decided")
    if len(cells["reviewer_id"]) > LONGEST_NAME or not cells["reviewer_id"].isprintable():
        raise SheetError(f"reviewer_id is no name; write up to {LONGEST_NAME} printable characters")
    if item_type == "call":
        decision, code_after = _decision(cells["decision"].lower(), cells["code_after"].upper(), code_before)
    else:
        decision, code_after = _return_decision(item_type, cells["decision"].lower(), cells["code_after"]), ""
    return Answer(
        item_id=item_id,
        reviewer_id=cells["reviewer_id"],
        decision=decision,
        code_before=code_before,
        code_after=code_after,
        minutes=_minutes(cells["minutes"]),
        decided_at=_instant(cells["decided_at"], now),
        model_version=model_version,
        item_type=item_type,
    )


def _return_decision(item_type: str, decision: str, code: str) -> str:
    """Return what was decided about a return or refund; it has no code."""
    if code:
        raise SheetError(f"a {item_type} has no reason code; empty code_after and write a decision")
    if decision not in RETURN_DECISIONS:
        raise SheetError(
            f"unknown decision {decision!r} about a {item_type}; write one of {', '.join(RETURN_DECISIONS)}"
        )
    return decision


def _decision(decision: str, code: str, before: str) -> tuple[str, str]:
    """Return decision and code, each worked out of the other where only one was given."""
    if code and code not in text_class_of():
        raise SheetError(f"unknown code {code!r}: {suggestion(code)}")
    if decision and decision not in DECISIONS:
        raise SheetError(f"unknown decision {decision!r}; write one of {', '.join(DECISIONS)}, or only code_after")
    if not decision:
        decision = _decision_of_code(code, before)
    if decision == "confirmed":
        return decision, _confirmed(code, before)
    if decision == "corrected":
        if not code:
            raise SheetError("decision corrected needs a code_after; write the right code")
        if code == before:
            raise SheetError(f"code_after {code} is the code before; write the decision confirmed")
        return decision, code
    state = decision.upper() if decision.upper() in STATES else ""
    if code and code != state:
        raise SheetError(f"decision {decision} and code_after {code} contradict each other; keep one of them")
    return decision, state


def _decision_of_code(code: str, before: str) -> str:
    if not code:
        raise SheetError("neither code_after nor decision is given; write one, or empty the line's last columns")
    if code in STATES and code != before:
        return code.lower()
    return "confirmed" if code == before else "corrected"


def _confirmed(code: str, before: str) -> str:
    if before not in text_class_of():
        raise SheetError(f"there is no code to confirm ({before or 'empty'}); write code_after")
    if code and code != before:
        raise SheetError(f"decision confirmed, but code_after {code} is not the code before, {before}; write corrected")
    return before


def _minutes(text: str) -> str:
    if not text:
        return ""
    try:
        minutes = float(text.replace(",", "."))
    except ValueError as error:
        raise SheetError(f"minutes {text!r} is not a number; write for example 1.5") from error
    if not 0 <= minutes < 1e6:
        raise SheetError(f"minutes {text!r} is not possible; write for example 1.5")
    return repr(minutes)


def _instant(text: str, now: datetime) -> str:
    if not text:
        return ""
    try:
        instant = parse_instant(text)
    except ConfigurationError as error:
        raise SheetError(f"decided_at is {error}") from error
    # a local time without its offset may be ahead of UTC by some hours
    if instant > now + timedelta(days=1):
        raise SheetError(f"decided_at {text} lies in the future; write when it was decided, or nothing")
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
