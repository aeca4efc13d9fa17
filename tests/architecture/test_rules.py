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


# keys that are tested where the rows arrive or where they are united, and not a second time
KEY_TESTED_ELSEWHERE = {
    "staging": "views on raw tables; ingest keeps one row per key and tests/ingest proves it",
    "metrics": "parts of metric_weekly, whose key test is theirs",
    "int_incident_rules": "one row, which assert_one_incident_rule_holds tests",
    "int_shipment_exceptions": "fct_shipment_exceptions gives each row its id and tests it",
    "int_order_flags": "fct_order_flags gives each row its id and tests it",
    "int_order_events": "a view on records whose keys ingest keeps; fct_order_states tests the intervals it becomes",
}


def test_every_model_tests_its_key():
    for sql in sorted((PROJECT_ROOT / "dbt_project" / "models").rglob("*.sql")):
        if not KEY_TESTED_ELSEWHERE.keys() & {sql.parent.name, sql.stem} or sql.stem == "metric_weekly":
            page = sql.with_suffix(".yml").read_text()
            assert re.search(r"unique|primary_key", page), f"{sql.stem} tests no key"


def test_marts_are_named_by_kind():
    for sql in (PROJECT_ROOT / "dbt_project" / "models" / "marts").rglob("*.sql"):
        assert (
            sql.stem.startswith(("fct_", "dim_"))
            or sql.stem.endswith("_weekly")
            or sql.stem
            in {
                "review_queue",
                "reviewer_agreement",
                "emerging_themes",
                "launch_phases",
                "ops_feedback",
                "incident_review",
                "incident_roster_versions",
                "incident_timeline",
            }
        )


def test_the_lock_names_no_index():
    for lock in PROJECT_ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text()
