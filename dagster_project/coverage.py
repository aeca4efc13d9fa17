"""Which row of what was asked (SD001 to SD169) is realised where and shown by which test: dbt_project/coverage."""

import csv
from dataclasses import dataclass
from pathlib import Path

from dagster_project.settings import DBT_PROJECT_DIR, PROJECT_ROOT

COVERAGE_DIR = DBT_PROJECT_DIR / "coverage"
COVERAGE_PAGE = DBT_PROJECT_DIR / "COVERAGE.md"
NUMBERS = tuple(f"SD{number:03d}" for number in range(1, 170))
_PENDING = "pending"


@dataclass(frozen=True)
class Row:
    """One row of a coverage file.

    Attributes:
        requirement: SD001 to SD169.
        realised_by: metric ids, models, model.column, or paths of the repository.
        tests: tests/file.py::test_name, or dbt:<name of a data test or unit test>.
        left_out: the reason, where nothing realises it.
        subject: name of the file.
    """

    requirement: str
    realised_by: tuple[str, ...]
    tests: tuple[str, ...]
    left_out: str
    subject: str

    @property
    def is_pending(self) -> bool:
        """Return whether the row only says who is to fill it."""
        return self.subject == _PENDING


def coverage_rows(folder: Path = COVERAGE_DIR) -> list[Row]:
    """Return every row of every file, by requirement and subject; pending ones only where no other row exists.

    Raises:
        ValueError: a file has other columns.
    """
    rows = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != ["requirement", "realised_by", "tests", "left_out"]:
                raise ValueError(f"{path.name}: the columns are requirement,realised_by,tests,left_out")
            rows += [
                Row(
                    line["requirement"],
                    tuple(line["realised_by"].split()),
                    tuple((line["tests"] or "").split()),
                    (line["left_out"] or "").strip(),
                    path.stem,
                )
                for line in reader
            ]
    filled = {row.requirement for row in rows if not row.is_pending}
    kept = [row for row in rows if not row.is_pending or row.requirement not in filled]
    return sorted(kept, key=lambda row: (row.requirement, row.subject))


def render_coverage() -> str:
    """Return the coverage table as a Markdown page."""
    lines = [
        "# What was asked, and where it is",
        "",
        "Made by `make docs` from `coverage/*.csv`; a test holds each name against the project. A test that is named",
        "here names the number too: by `pytest.mark.requirement`, or in the `meta` of a dbt test.",
        "",
        "| number | model, column or metric | test |",
        "| --- | --- | --- |",
    ]
    for row in coverage_rows():
        if row.realised_by:
            cells = [", ".join(f"`{name}`" for name in names) for names in (row.realised_by, row.tests)]
        else:
            cells = [row.left_out or "pending", "left out" if not row.is_pending else ""]
        lines.append(f"| {row.requirement} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines) + "\n"


def repository_path(name: str) -> Path:
    """Return the file that a path of a coverage row names."""
    return PROJECT_ROOT / name
