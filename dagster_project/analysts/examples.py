"""Example queries: files that open with a question and run on every published warehouse."""

from dataclasses import dataclass
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "notebooks" / "queries"


@dataclass(frozen=True)
class Example:
    """One example: the question of its first line, the remarks below it, the query."""

    path: Path
    question: str
    remarks: str
    sql: str


def read_examples(folder: Path = FOLDER) -> list[Example]:
    """Return the examples in the order of their file names."""
    return [_read(path) for path in sorted(folder.glob("*.sql"))]


def _read(path: Path) -> Example:
    lines = path.read_text(encoding="utf-8").splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
    comments = [line.removeprefix("--").strip() for line in lines[:end]]
    if not comments:
        raise ValueError(f"{path.name} does not open with its question in a comment")
    return Example(path, comments[0], " ".join(comments[1:]), "\n".join(lines[end:]).strip())
