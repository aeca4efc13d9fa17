"""Bodies of five systems about two people, from the landing folder to the marts: one customer each, one order."""

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

import ingest
from tests.dbt_project.dbt import build, query
from tests.dbt_project.world import World

AT = "2026-02-02T10:00:00Z"
ORDER = {
    "id": 1001, "created_at": AT, "updated_at": AT, "currency": "EUR", "subtotal_price": "20.00",
    "customer": {"id": 77, "email": "ann@example.com", "phone": "+49 176 1234567"},
    "transactions": [{"id": 3, "kind": "sale", "status": "success", "amount": "20.00", "created_at": AT,
                      "receipt": {"payment_intent": "pi_1"}}],
}  # fmt: skip
GUEST = {"id": 1002, "created_at": AT, "updated_at": AT, "currency": "EUR", "subtotal_price": "5.00",
         "email": "Ann@Example.com", "customer": None}  # fmt: skip
TICKETS = {
    "tickets": [
        {"id": 5, "created_at": AT, "updated_at": AT, "requester_id": 501, "submitter_id": 501},
        {"id": 6, "created_at": AT, "updated_at": AT, "requester_id": 502, "submitter_id": 502},
    ],
    "users": [
        {"id": 501, "role": "end-user", "email": "ANN@example.com", "created_at": "2026-02-09T10:00:00Z"},
        {"id": 502, "role": "end-user", "email": "eve@example.com", "created_at": AT},
    ],
}
CALL = {
    "id": "call_1",
    "direction": "inbound",
    "from_number": "49176 1234567",
    "status": "completed",
    "initiated_at": AT,
}
CONTACT = {"id": "51", "properties": {"email": "ann@example.com", "loyalty_tier": "gold"}, "updatedAt": AT}
REFUND = {"id": "re_1", "amount": 500, "currency": "eur", "created": 1770026400, "status": "succeeded",
          "charge": "ch_1", "payment_intent": "pi_1"}  # fmt: skip
LANDED = {
    "shopify_orders/o.json": {"orders": [ORDER, GUEST]},
    "zendesk_tickets/t.json": TICKETS,
    "dialnexa_calls/c.json": {"data": [CALL]},
    "hubspot_contacts/h.json": {"results": [CONTACT]},
    "stripe_events/s.json": [
        {"id": "evt_1", "type": "refund.created", "created": 1770026400, "data": {"object": REFUND}},
        {"id": "evt_2", "type": "refund.created", "created": 1770026400, "data": {"object": REFUND | {
            "id": "re_2", "charge": "ch_9", "payment_intent": None}}},
    ],
}  # fmt: skip


@pytest.mark.requirement("SD009", "SD068", "SD103")
def test_five_systems_know_one_customer(tmp_path: Path, dbt_scratch: Path) -> None:
    database, landing = tmp_path / "world.duckdb", tmp_path / "landing"
    World.create(database, "2026-02-28T00:00:00Z").close()
    for file, body in LANDED.items():
        path = landing / file
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(body), encoding="utf-8")
    with duckdb.connect(str(database)) as con:
        assert ingest.load_landing(con, landing, "r1", datetime(2026, 3, 1, tzinfo=UTC), b"key").reconciled
    selected = [
        "fct_refunds",
        "fct_customer_matches",
        "dim_customer_identities",
        "stg_tickets",
        "stg_calls",
        "stg_customers",
    ]
    results = build(database, dbt_scratch, "--exclude-resource-type", "test", "--select", *(f"+{m}" for m in selected))
    assert {status for _, status in results} <= {"success", "pass"}
    assert query(database, "select ticket_id, customer_id from staging.stg_tickets order by 1") == [
        ("5", "77"),
        ("6", "502"),
    ]
    assert query(database, "select customer_id from staging.stg_calls where call_id = 'call_1'") == [("77",)]
    assert query(database, "select order_id, customer_id from staging.stg_orders order by 1") == [
        ("1001", "77"),
        ("1002", "77"),
    ]
    assert query(database, "select customer_id, tier from staging.stg_customers") == [("77", "gold")]
    assert query(
        database,
        "select record_type, record_id, method, is_learned_later, unlinked_reason "
        "from marts.fct_customer_matches order by 1, 2",
    ) == [
        ("call", "call_1", "phone", False, None),
        ("customer", "51", "email", False, None),
        ("order", "1002", "email", False, None),
        ("ticket", "5", "email", True, None),
        ("ticket", "6", None, False, "address_unknown"),
    ]
    assert query(
        database, "select refund_id, order_id, order_link, unlinked_reason from marts.fct_refunds order by 1"
    ) == [
        ("re_1", "1001", "intent", None),
        ("re_2", None, None, "payment_without_order"),
    ]
    assert query(
        database,
        "select count(*) from marts.dim_customer_identities where not regexp_full_match(identity_hash, '[0-9a-f]{64}')",
    ) == [(0,)]
