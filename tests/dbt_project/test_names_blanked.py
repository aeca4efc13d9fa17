"""Names of callers: the report's rule and the marts' rule blank the same words."""

from pathlib import Path

import duckdb
import pytest
from jinja2 import Environment

from classifiers.callers import without_names

MACROS = Path(__file__).parents[2] / "dbt_project/macros/engine.sql"
CASES = [
    ("Yes hello, it's Carla, I'm asking for a refund", "Yes hello, it's [name], I'm asking for a refund"),
    ("my name is carla and my parcel is late", "my name is [name] and my parcel is late"),
    ("My name's Ana María Ortiz-Vega, hi", "My name's [name], hi"),
    ("this is José from the bakery", "this is [name] from the bakery"),
    ("it’s Ben again", "it’s [name] again"),
    ("I'm Zoë. I am Zoë", "I'm [name]. I am [name]"),
    ("it's annoying, I'm waiting, this is late", "it's annoying, I'm waiting, this is late"),
    ("it is UPS who lost it", "it is UPS who lost it"),
    ("the lamp Carla is broken", "the lamp Carla is broken"),
    ("", ""),
]


@pytest.mark.parametrize(("said", "shown"), CASES)
def test_report_blanks_introductions(said, shown):
    assert without_names(said) == shown


def test_marts_blank_the_same():
    macro = Environment().from_string(MACROS.read_text() + "{{ without_identifiers('said') }}").render().strip()
    with duckdb.connect() as con:
        con.execute("create table words (place integer, said varchar)")
        con.executemany("insert into words values (?, ?)", [(place, said) for place, (said, _) in enumerate(CASES)])
        found = con.sql(f"select {macro} from words order by place").fetchall()
    assert [row[0] for row in found] == [shown for _, shown in CASES]
