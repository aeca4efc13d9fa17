"""Laws of the dbt project: the grain is said, each column is described, seeds are the shipped files."""

from pathlib import Path

import yaml

from tests.dbt_project.dbt import PROJECT, query

MODELS = sorted((PROJECT / "models").glob("*/*.sql"))
TAXONOMY = PROJECT.parent / "data" / "taxonomy" / "reason_codes.csv"


def documented(path: Path) -> dict:
    """The YAML of a model, which stands beside its SQL."""
    return yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))["models"][0]


def schema_of(path: Path) -> str:
    """The schema a model is built in: its folder's, but the parts of metric_weekly are intermediate."""
    if path.parent.name == "metrics":
        return "marts" if path.stem == "metric_weekly" else "intermediate"
    return path.parent.name


def test_each_model_says_its_grain() -> None:
    """A description ends with what one row is."""
    for path in MODELS:
        description = documented(path)["description"].strip()
        assert description.split(". ")[-1].startswith("One row"), path.name


def test_marts_have_a_tested_key() -> None:
    """A grain that is not tested is a hope."""
    for path in MODELS:
        if path.parent.name == "marts":
            tests = documented(path).get("data_tests", [])
            assert any("primary_key" in test for test in tests), path.name


def test_described_columns_are_the_real_columns(golden: Path) -> None:
    """Documentation and relation agree by name and order, in every layer."""
    for path in MODELS:
        described = [column["name"] for column in documented(path)["columns"]]
        assert all(column.get("description") for column in documented(path)["columns"]), path.name
        real = query(
            golden,
            "select column_name from information_schema.columns"
            " where table_schema = ? and table_name = ? order by ordinal_position",
            schema_of(path),
            path.stem,
        )
        assert described == [row[0] for row in real], path.name


def test_taxonomy_seed_is_the_shipped_taxonomy() -> None:
    """Classifier and warehouse read the same codes."""
    seed = PROJECT / "seeds" / "reason_codes.csv"
    assert seed.read_bytes() == TAXONOMY.read_bytes()


def test_models_hold_no_jinja_logic() -> None:
    """Blocks belong into macros; the exceptions are written from the metric definitions and dimensions."""
    allowed = {"dim_metrics.sql", "metric_weekly.sql"}
    for path in MODELS:
        assert "{%" not in path.read_text(encoding="utf-8") or path.name in allowed, path.name
