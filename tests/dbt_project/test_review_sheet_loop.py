"""The queue leaves as a sheet and comes back: an item of every cause is exported, edited and found in the marts."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.review.decisions import import_sheet
from dagster_project.review.sheet import queue_lines, write_sheet
from ingest import create_raw_tables, load_landing
from tests.dbt_project.dbt import build
from tests.dbt_project.world import World

AS_OF = "2026-03-04T00:00:00Z"
DECIDED = datetime(2026, 3, 3, 8, tzinfo=UTC)
AT = "2026-03-02T10:00:00Z"
MODELS = "+review_queue +fct_calls +fct_reason_decisions +fct_return_decisions"
CODE = "ORD.CHANGE.CANCEL"
CALLS = {
    "legal": {"code": "INC.IMPACT.DATA_LEGAL_OR_SEVERE"},
    "sensitive": {"risk_flags": ["urgent_travel"]},
    "money": {"handoff": "Money"},
    "access": {"code": "ACC.ACCESS.LOGIN_OR_CREDENTIALS"},
    "policy_exception": {"handoff": "policy-exception"},
    "commitment": {"promise": "replacement"},
    "low_confidence_match": {"match_confidence": 0.5},
    "high_value": {"customer_id": "vip"},
    "handed_over": {"handoff": "gut feeling", "status": "no_answer"},
    "abstained": {"code": None},
    "audit_sample": {},
}
"""Cause -> what brings the call into the queue under it."""


def is_drawn(con: duckdb.DuckDBPyConnection, call_id: str) -> bool:
    (drawn,) = con.execute("select (md5_number_lower(?) >> 1)::bigint % 1000000 < 100000", [call_id]).fetchone()
    return bool(drawn)


def call_named(con: duckdb.DuckDBPyConnection, cause: str) -> str:
    """A call identifier that the random audit draws only where that is wanted."""
    wanted = cause == "audit_sample"
    return next(name for number in range(1000) if is_drawn(con, name := f"{cause}-{number}") == wanted)


def add_waiting(world: World) -> None:
    """One call of every cause, a line of a return, a refund outside the policy."""
    world.add("customers", customer_id="vip", source_updated_at=datetime(2026, 1, 1, tzinfo=UTC), tier="vip")
    at = datetime.fromisoformat(AT)
    for cause, given in CALLS.items():
        call_id = call_named(world.con, cause)
        columns = {name: value for name, value in given.items() if name not in ("code", "handoff", "promise")}
        world.call(call_id, AT, **columns)
        code = given.get("code", "ORD.INFO.CONFIRMATION_OR_INVOICE")
        world.tag(call_id, code, "accepted" if code else "abstained")
        if "handoff" in given:
            world.add(
                "handoffs", handoff_id=f"h-{cause}", call_id=call_id, source_updated_at=at, created_at=at,
                destination_system="ocr", review_cause=given["handoff"],
            )  # fmt: skip
        if "promise" in given:
            world.add(
                "promises", promise_id=f"p-{cause}", call_id=call_id, source_updated_at=at, promised_at=at,
                kind=given["promise"],
            )  # fmt: skip
    world.add(
        "returns", return_id="=r1", line_no=1, source_updated_at=at, order_id="o1", requested_at=at, reason="SIZE",
        eligible=False,
    )  # fmt: skip
    world.add(
        "refunds", refund_id="f1", source_updated_at=at, order_id="o1", requested_at=at, amount=20, currency="USD",
        status="requested", within_policy=False,
    )  # fmt: skip


def rebuild(path: Path, scratch: Path) -> None:
    results = build(path, scratch, "--select", *MODELS.split(), "--resource-type", "model", "--resource-type", "seed")
    assert [node for node in results if node[1] not in ("success", "pass")] == []


@pytest.fixture(scope="module")
def path(tmp_path_factory, dbt_scratch) -> Path:
    path = tmp_path_factory.mktemp("sheet") / "sheet.duckdb"
    world = World.create(path, AS_OF)
    add_waiting(world)
    world.close()
    rebuild(path, dbt_scratch)
    return path


def read_back(landing: Path, loaded: Path, path: Path) -> None:
    """Read the landing folder as a run does, into a file of its own: the world's rows never went through one."""
    with duckdb.connect(str(loaded)) as con:
        create_raw_tables(con)
        load_landing(con, landing, "r2", DECIDED, b"key")
        assert con.execute("select count(*) from ops.quarantine").fetchone() == (0,)
    with duckdb.connect(str(path)) as con:
        con.execute(f"attach '{loaded}' as loaded (read_only)")
        con.execute("insert into raw.review_decisions by name select * from loaded.raw.review_decisions")


def answered(line: dict[str, str]) -> dict[str, str]:
    answer = {"code_after": CODE} if line["item_type"] == "call" else {"decision": "Approved"}
    return line | answer | {"reviewer_id": "ann"}


@pytest.mark.requirement("SD048", "SD085", "SD106", "SD110")
def test_every_cause_leaves_and_comes_back(path, dbt_scratch, tmp_path):
    with duckdb.connect(str(path), read_only=True) as con:
        waiting = dict(con.execute("select cause || ' of a ' || item_type, item_id from marts.review_queue").fetchall())
        lines = queue_lines(con)
    wanted = {f"{cause} of a call" for cause in CALLS} | {"returns of a return", "policy_exception of a refund"}
    assert set(waiting) == wanted
    assert {line["item_id"] for line in lines} == set(waiting.values())
    assert all(line["words"] for line in lines if line["item_id"] != waiting["handed_over of a call"])
    # as a spreadsheet program would save it: opened, answered, with semicolons
    write_sheet(lines, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [answered(row) for row in csv.DictReader(file)]
    with (tmp_path / "back.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    landing = tmp_path / "landing"
    landing.mkdir()
    assert import_sheet(tmp_path / "back.csv", landing, DECIDED).written == len(wanted)
    read_back(landing, tmp_path / "read.duckdb", path)
    rebuild(path, dbt_scratch)
    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("select count(*) from marts.review_queue").fetchone() == (0,)
        reasons = con.execute("select item_id, code_after, effect, reviewer_id from marts.fct_reason_decisions")
        calls = {item for name, item in waiting.items() if name.endswith("a call")}
        assert set(reasons.fetchall()) == {(item, CODE, "in_force", "ann") for item in calls}
        assert con.execute(
            "select distinct stated_reason_code, reason_source from marts.fct_calls where is_engaged"
        ).fetchall() == [(CODE, "reviewer")]
        returns = con.execute(
            "select queue, item_id, order_id, decision, effect, hours_waited from marts.fct_return_decisions"
        )
        assert set(returns.fetchall()) == {
            ("returns", "=r1:1", "o1", "approved", "in_force", 22.0),
            ("refunds", "f1", "o1", "approved", "in_force", 22.0),
        }
