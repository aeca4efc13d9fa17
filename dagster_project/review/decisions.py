"""`whycall review import`: a filled-in sheet, checked line by line, becomes rows of review_decisions."""

import csv
import hashlib
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from dagster_project.review.answers import Answer, SheetError, read_answer
from dagster_project.review.codes import QUEUES
from dagster_project.review.reading import LineError, read_lines
from dagster_project.settings import ConfigurationError

SHOWN_PROBLEMS = 20


@dataclass(frozen=True)
class DecisionRow:
    """One row of the landing source review_decisions."""

    decision_id: str
    queue: str
    item_id: str
    reviewer_id: str
    at: str
    decision: str
    code_before: str
    code_after: str
    minutes: str
    model_version: str


@dataclass(frozen=True)
class ImportResult:
    """What an import did.

    Attributes:
        written: new decisions.
        known: decisions that an earlier import has landed already.
        empty: lines without an answer.
        path: the file written; None if nothing was new.
    """

    written: int
    known: int
    empty: int
    path: Path | None


def import_sheet(source: Path, landing: Path, now: datetime) -> ImportResult:
    """Check a sheet and land its decisions; nothing is written unless every line is right.

    Args:
        source: a sheet of `whycall review export`, filled in; lines may be missing or in any order.
        landing: the landing folder; the rows go to LANDING/review_decisions/.
        now: when lines without decided_at were decided.

    Raises:
        ConfigurationError: names every wrong line and what to do.
    """
    if not landing.is_dir():
        raise ConfigurationError(f"landing folder not found: {landing} (give --landing DIR)")
    answers: dict[tuple[str, str, str], Answer] = {}
    problems: list[str] = []
    empty = 0
    for line, row in read_lines(source):
        try:
            if isinstance(row, LineError):
                raise row
            answer = read_answer(row, now)
            if answer is None:
                empty += 1
                continue
            # one person is one person, however the name is written
            before = answers.setdefault((answer.item_type, answer.item_id, answer.reviewer_id.casefold()), answer)
            if before != replace(answer, reviewer_id=before.reviewer_id):
                raise SheetError(
                    f"{answer.reviewer_id} decided {answer.item_id} twice and differently; keep one of the two lines"
                )
        except (SheetError, LineError) as error:
            problems.append(f"{source}, line {line}: {error}")
    if problems:
        raise ConfigurationError(_report(problems))
    rows = [_row(answer, now) for answer in answers.values()]
    folder = landing / "review_decisions"
    known = _landed_ids(folder)
    new = sorted((row for row in rows if row.decision_id not in known), key=lambda row: row.decision_id)
    path = _write(folder, new) if new else None
    return ImportResult(len(new), len(rows) - len(new), empty, path)


def _row(answer: Answer, now: datetime) -> DecisionRow:
    """Return the landing row; its id depends on item, reviewer and content, never on the time of the import."""
    content: tuple[str, ...] = (
        answer.item_id,
        answer.reviewer_id,
        answer.decision,
        answer.code_after,
        answer.decided_at,
    )
    if answer.item_type != "call":
        content = (answer.item_type, *content)
    digest = hashlib.sha256("\n".join(content).encode()).hexdigest()
    return DecisionRow(
        decision_id=f"rd_{digest[:20]}",
        queue=QUEUES[answer.item_type],
        item_id=answer.item_id,
        reviewer_id=answer.reviewer_id,
        at=answer.decided_at or now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        decision=answer.decision,
        code_before=answer.code_before,
        code_after=answer.code_after,
        minutes=answer.minutes,
        model_version=answer.model_version,
    )


def _landed_ids(folder: Path) -> set[str]:
    """Return the decisions that earlier imports have written into this folder."""
    found: set[str] = set()
    for path in folder.glob("review_rd_*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row["decision_id"] for row in csv.DictReader(file)}
    return found


def _write(folder: Path, rows: list[DecisionRow]) -> Path:
    """Write the rows to a file of their own, whole or not at all."""
    digest = hashlib.sha256("".join(row.decision_id for row in rows).encode()).hexdigest()
    path = folder / f"review_rd_{digest[:12]}.csv"
    try:
        folder.mkdir(exist_ok=True)
        # a name that ingest does not read, until the file is complete
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([field.name for field in fields(DecisionRow)])
            writer.writerows(astuple(row) for row in rows)
        part.rename(path)
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error.strerror}") from error
    return path


def _report(problems: list[str]) -> str:
    shown = problems[:SHOWN_PROBLEMS]
    if len(problems) > len(shown):
        shown.append(f"and {len(problems) - len(shown)} more")
    return "\n".join([f"{len(problems)} line(s) are not right, nothing was written:", *shown])
