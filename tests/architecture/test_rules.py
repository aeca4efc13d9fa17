"""Rules of the house that no linter knows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dagster_project.settings import PROJECT_ROOT

ROOMS = ("ingest", "classifiers", "dagster_project", "dbt_project")


def sources(*suffixes: str) -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((PROJECT_ROOT / room).rglob("*")):
            if path.suffix in suffixes and not {"target", "logs"} & set(path.parts):
                yield path


@pytest.mark.parametrize("word", ["ignore_errors *= *true", "buffer_size *=", "strict_mode *= *false"])
def test_readers_never_use_options_that_lose_rows(word):
    """DuckDB's ignore_errors loses good rows without a word (see tests/ingest)."""
    users = [str(path) for path in sources(".py", ".sql") if re.search(word, path.read_text())]
    assert users == []


def test_every_model_has_its_page_with_grain_and_key_test():
    models = PROJECT_ROOT / "dbt_project" / "models"
    for sql in sorted(models.rglob("*.sql")):
        page = sql.with_suffix(".yml")
        assert page.exists(), f"{sql.name} has no YAML beside it"
        text = " ".join(page.read_text().split())
        assert re.search(r"[Oo]ne row", text), f"{page.name} states no grain"
        # the parts of metric_weekly are told apart by metric only there: its key test is theirs
        if not sql.stem.startswith("int_metric_"):
            assert re.search(r"unique|primary_key", text), f"{page.name} tests no key"


def test_marts_are_named_by_kind():
    for sql in (PROJECT_ROOT / "dbt_project" / "models" / "marts").rglob("*.sql"):
        assert sql.stem.startswith(("fct_", "dim_")) or sql.stem in {"metric_weekly", "review_queue"}


def test_the_lock_names_no_index():
    for lock in PROJECT_ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text()
