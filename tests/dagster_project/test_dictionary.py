"""The data dictionary is what dbt says, and the example queries run."""

import re

import duckdb
import pytest

from dagster_project.analysts.dictionary import render_dictionary
from dagster_project.analysts.examples import read_examples
from dagster_project.analysts.tables import published_tables
from dagster_project.defs.dbt import MANIFEST
from dagster_project.lineage import prepare_lineage

EXAMPLES = read_examples()
# a shop whose figures were never restated has no row there
MAY_BE_EMPTY = {"08_figures_that_changed.sql"}


@pytest.fixture(scope="module")
def tables():
    return published_tables(MANIFEST, prepare_lineage())


@pytest.fixture(scope="module")
def con(published):
    con = duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True)
    yield con
    con.close()


def test_the_dictionary_lists_exactly_what_is_published(tables, con):
    real = con.execute(
        "select table_name, list(column_name order by ordinal_position) from information_schema.columns "
        "where table_schema = 'marts' group by table_name"
    ).fetchall()
    assert {table.name: [column.name for column in table.columns] for table in tables} == dict(real)


def test_everything_is_described_tested_and_has_a_grain(tables):
    for table in tables:
        assert table.grain.startswith("One row"), table.name
        assert any(test.startswith("key: ") for test in table.tests), table.name
        assert table.parents or table.name == "dim_metrics", table.name
        for column in table.columns:
            assert column.description, (table.name, column.name)
            assert column.data_type, (table.name, column.name)


def test_the_page_is_one_file_and_shows_all_of_it(tables):
    page = render_dictionary(tables, EXAMPLES)
    assert not re.search(r"""(src|href)=["'](?!#)""", page)
    for table in tables:
        assert f'id="{table.name}"' in page
        for column in table.columns:
            assert f'id="{table.name}.{column.name}"' in page
    for example in EXAMPLES:
        assert example.path.name in page
    assert "int_contacts.carrier" in page


def test_there_are_examples_for_the_questions_people_ask():
    assert len(EXAMPLES) >= 12
    for example in EXAMPLES:
        assert example.question.endswith("?"), example.path.name
        assert example.remarks, example.path.name


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.path.name)
def test_examples_run_and_answer(example, con):
    rows = con.execute(example.sql).fetchall()
    assert rows or example.path.name in MAY_BE_EMPTY


def test_the_examples_agree_with_the_published_figures(con):
    """Counted from the calls, the calls of the example are the denominator of the week."""
    reasons = next(example for example in EXAMPLES if example.path.name.startswith("02_"))
    total = sum(row[1] for row in con.execute(reasons.sql).fetchall())
    expected = con.execute(
        "select denominator from marts.metric_weekly where metric_id = 'M-08' and slice_by = 'all' "
        "and week_start_date = (select max(week_start_date) from marts.dim_weeks where is_over)"
    ).fetchone()
    assert (total,) == expected
