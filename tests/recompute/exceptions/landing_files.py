"""The sources of the invented shop, and the messy landing files that deliver them."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]

_WORDS = {
    "calls": "call_id source_updated_at direction workflow status started_at ended_at customer_id order_id",
    "call_turns": "call_id turn_no speaker text",
    "customers": "customer_id source_updated_at segment tier region",
    "owners": "owner_id team kind",
    "orders": """
        order_id source_updated_at customer_id placed_at currency net fulfillment_status cancelled_at
        promised_ship_by promised_delivery_at service_level region warehouse_id""",
    "order_items": "order_id line_no sku category quantity unit_price",
    "inventory_events": "event_id at sku warehouse_id kind order_id",
    "shipments": """
        shipment_id source_updated_at order_id carrier service warehouse_id region zone label_at handover_at
        promise_original_at promise_current_at first_attempt_at delivered_at""",
    "shipment_scans": "shipment_id scan_id scanned_at status raw_code",
    "exception_actions": """
        exception_id action_no order_id shipment_id exception_type at step action_type owner_id
        human_touched review_minutes evidence_ids rule_id""",
    "messages": """
        message_id source_updated_at customer_id order_id call_id channel purpose template_id rule_id
        asserted_order_state asserted_promise_at order_state_version sent_at delivered_at failed_at""",
    "tickets": "ticket_id source_updated_at created_at system channel customer_id order_id",
}
SOURCES = {name: words.split() for name, words in _WORDS.items()}


def write_landing(current: Rows, older: Rows, landing: Path) -> None:
    """Every source in two files, with repeated rows and older versions, one of them JSON lines."""
    random = Random(3)
    for source, columns in SOURCES.items():
        rows = [*current[source], *older[source]]
        rows += [dict(row) for row in rows if random.random() < 0.1]
        random.shuffle(rows)
        folder = landing / source
        folder.mkdir(parents=True)
        half = len(rows) // 2
        lines = [json.dumps({name: _text(value, as_json=True) for name, value in row.items()}) for row in rows[:half]]
        (folder / "one.jsonl").write_text("\n".join([*lines, ""]))
        with (folder / "two.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([[_text(row[name]) for name in columns] for row in rows[half:]])


def _text(value: Any, as_json: bool = False) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list) and not as_json:
        return json.dumps(value)
    return "" if value is None and not as_json else value
