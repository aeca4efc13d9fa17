"""Every row of what was asked is realised by something that exists and shown by a test that names it."""

import ast
import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from dagster_project.coverage import COVERAGE_PAGE, NUMBERS, Row, coverage_rows, render_coverage, repository_path
from dagster_project.docs import metric_definitions
from dagster_project.settings import DBT_PROJECT_DIR

# rows that another subject still has to fill are allowed while the subjects are being merged; false ever after
PENDING_ALLOWED = False

ROWS = [row for row in coverage_rows() if not row.is_pending]


def test_every_number_has_a_row():
    rows = coverage_rows()
    assert {row.requirement for row in rows} == set(NUMBERS)
    pending = [row.requirement for row in rows if row.is_pending]
    assert PENDING_ALLOWED or pending == []


def test_a_row_says_where_and_by_which_test_or_why_not():
    for row in ROWS:
        assert bool(row.realised_by) == bool(row.tests), row
        assert bool(row.realised_by) != bool(row.left_out), row


def test_what_realises_a_row_exists():
    metrics = {item["id"] for item in metric_definitions()}
    columns = model_columns()
    for row in ROWS:
        for name in row.realised_by:
            if "/" in name:
                assert repository_path(name).is_file(), f"{row.requirement}: {name}"
            elif name.startswith("M-"):
                assert name in metrics, f"{row.requirement}: no metric {name}"
            else:
                model, _, column = name.partition(".")
                assert model in columns, f"{row.requirement}: no model {model}"
                assert not column or column in columns[model], f"{row.requirement}: no column {name}"


def test_the_tests_of_a_row_exist_and_name_it():
    missing = [f"{row.requirement}: {test}" for row, test in named_tests() if row.requirement not in numbers_of(test)]
    assert missing == []


def test_the_page_is_made_from_the_files():
    assert COVERAGE_PAGE.read_text() == render_coverage(), "run `make docs`"


def test_marks_name_numbers_that_exist():
    for path in sorted(repository_path("tests").rglob("test_*.py")):
        for test, numbers in pytest_marks(path).items():
            assert numbers <= set(NUMBERS), f"{path.name}::{test}"
    for test, numbers in dbt_marks().items():
        assert numbers <= set(NUMBERS), test


def test_a_test_that_does_not_exist_names_nothing():
    assert numbers_of("tests/architecture/test_coverage.py::test_that_nobody_wrote") == set()
    assert numbers_of("dbt:a_test_that_nobody_wrote") == set()


def named_tests() -> Iterator[tuple[Row, str]]:
    for row in ROWS:
        for test in row.tests:
            yield row, test


def numbers_of(test: str) -> set[str]:
    """The numbers that a test names; empty when there is no such test."""
    if test.startswith("dbt:"):
        return dbt_marks().get(test.removeprefix("dbt:"), set())
    path, _, name = test.partition("::")
    return pytest_marks(repository_path(path)).get(name, set())


@cache
def pytest_marks(path: Path) -> dict[str, set[str]]:
    """The numbers of each test function of a file: its own mark and that of the module."""
    if not path.is_file():
        return {}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    of_module: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "pytestmark" for target in node.targets):
            of_module |= marked_numbers(node.value)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return {
        node.name: of_module.union(*(marked_numbers(decorator) for decorator in node.decorator_list))
        for node in functions
    }


def marked_numbers(node: ast.AST) -> set[str]:
    """The arguments of each `requirement(...)` inside an expression."""
    return {
        argument.value
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "requirement"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }


@cache
def dbt_marks() -> dict[str, set[str]]:
    """The numbers of each named test of the dbt project, from the meta beside it."""
    found: dict[str, set[str]] = {}
    for path in sorted(DBT_PROJECT_DIR.rglob("*.yml")):
        if not {"target", "logs"} & set(path.parts):
            for name, numbers in marks_inside(yaml.safe_load(path.read_text(encoding="utf-8"))):
                found.setdefault(name, set()).update(numbers)
    return found


def marks_inside(node: object) -> Iterator[tuple[str, list[str]]]:
    """(name, numbers) of every mapping that has a name and a meta with requirements."""
    if isinstance(node, dict):
        meta = (node.get("config") or {}).get("meta") or {} if isinstance(node.get("config"), dict) else {}
        if "name" in node and "requirements" in meta:
            yield node["name"], meta["requirements"]
        for value in node.values():
            yield from marks_inside(value)
    elif isinstance(node, list):
        for value in node:
            yield from marks_inside(value)


@cache
def model_columns() -> dict[str, set[str]]:
    """The columns of each model and seed, as they are described."""
    columns = {}
    for path in sorted((DBT_PROJECT_DIR / "models").rglob("*.sql")):
        page = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))["models"][0]
        columns[path.stem] = {column["name"] for column in page["columns"]}
    for path in sorted((DBT_PROJECT_DIR / "seeds").glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            columns[path.stem] = set(next(csv.reader(file)))
    return columns


@pytest.mark.parametrize("name", ["fct_calls", "reason_codes"])
def test_columns_are_read(name):
    assert len(model_columns()[name]) > 5
