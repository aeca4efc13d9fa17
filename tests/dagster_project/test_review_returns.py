"""Lines about returns and refunds in the sheet: a decision without a code, and no way to land in another queue."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dagster_project.review.cells import row_check
from dagster_project.review.decisions import import_sheet
from dagster_project.review.sheet import COLUMNS
from dagster_project.settings import ConfigurationError
from tests.dagster_project.test_review_sheet import landed, sheet
from tests.dagster_project.test_review_sheet import line as call_line

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def landing(tmp_path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


def line(item: str, item_type: str, **answer: str) -> dict[str, str]:
    keys = {"item_id": item, "item_type": item_type, "row_check": row_check(item, "", "", item_type)}
    return dict.fromkeys(COLUMNS, "") | keys | answer


@pytest.mark.requirement("SD106")
def test_decisions_go_into_the_queue_of_their_kind(landing, tmp_path):
    path = sheet(
        tmp_path / "s.csv",
        line("r1:1", "return", decision="Approved", reviewer_id="ann", minutes="2"),
        line("r1:1", "refund", decision="rejected", reviewer_id="ann"),
        line("r2:1", "return", reviewer_id="ann"),
        call_line("r1:1", code_after="ORD.CHANGE.CANCEL", reviewer_id="ann"),
    )
    result = import_sheet(path, landing, NOW)
    assert (result.written, result.empty) == (3, 1)
    assert {(row["queue"], row["item_id"], row["decision"], row["code_after"]) for row in landed(landing)} == {
        ("returns", "r1:1", "approved", ""),
        ("refunds", "r1:1", "rejected", ""),
        ("reason_codes", "r1:1", "corrected", "ORD.CHANGE.CANCEL"),
    }
    assert len({row["decision_id"] for row in landed(landing)}) == 3
    assert import_sheet(path, landing, NOW).written == 0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (line("r1:1", "return", decision="maybe", reviewer_id="ann"), "write one of approved, rejected, undecidable"),
        (line("r1:1", "return", decision="corrected", reviewer_id="ann"), "write one of approved"),
        (line("r1:1", "return", code_after="WISMO", reviewer_id="ann"), "has no reason code"),
        (line("r1:1", "return", decision="approved"), "reviewer_id is empty"),
        (line("r1:1", "return", decision="approved", reviewer_id="ann") | {"item_type": "refund"}, "not what was"),
        (line("r1:1", "return", decision="approved", reviewer_id="ann") | {"item_type": ""}, "not what was"),
        (line("r1:1", "return", decision="approved", reviewer_id="ann") | {"item_type": "order"}, "not what was"),
        (call_line(code_after="WISMO", decision="", reviewer_id="ann") | {"item_type": "return"}, "not what was"),
    ],
)
def test_what_is_no_decision_about_it_is_refused(landing, tmp_path, wrong, says):
    with pytest.raises(ConfigurationError, match=says):
        import_sheet(sheet(tmp_path / "s.csv", wrong), landing, NOW)
    assert not (landing / "review_decisions").exists()
