"""What the contracts say is what the documentation and the tables say."""

import re
from pathlib import Path

import pytest

import ingest
from ingest import docs
from ingest.contracts import all_contracts, load_contracts, parse_contract


def test_every_column_is_on_the_page() -> None:
    page = docs.render_landing()
    for contract in load_contracts().values():
        assert f"## {contract.source}\n\n{contract.grain}\n" in page
        for column in contract.columns:
            assert column.description.endswith(".")
            assert column.description in page


def test_every_reason_code_in_use_is_explained() -> None:
    room = Path(ingest.__file__).parent
    source = "\n".join(path.read_text() for path in room.rglob("*.py"))
    used = set(
        re.findall(r'"((?:un|bad_|missing_|wrong_|out_of_|no_|negative_|dupl|contra)\w+)", ?(?:f?"|told)', source)
    )
    assert {code for code in used if "_" in code} <= docs.REASON_CODES.keys()


def test_identifiers_have_surrogates() -> None:
    entities = {"call_id", "customer_id", "order_id", "shipment_id", "ticket_id", "parent_call_id"}
    for contract in all_contracts().values():
        for column in contract.columns:
            assert (column.entity is not None) == (column.name in entities)


@pytest.mark.parametrize("change", [{"key": ["nobody"]}, {"event_time": "nobody"}])
def test_a_contract_must_name_its_own_columns(change: dict) -> None:
    data = {
        "source": "x",
        "grain": "One row per x.",
        "key": ["a"],
        "event_time": None,
        "columns": [{"name": "a", "type": "text", "description": "A."}],
    }
    parse_contract(data)
    with pytest.raises(ValueError, match="names no column"):
        parse_contract(data | change)


def test_an_unknown_type_is_refused() -> None:
    column = {"name": "a", "type": "varchar", "description": "A."}
    with pytest.raises(ValueError, match="unknown column types"):
        parse_contract({"source": "x", "grain": "g", "key": ["a"], "event_time": None, "columns": [column]})
