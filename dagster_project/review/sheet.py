"""`whycall review export`: the review queue as a sheet that people fill in."""

import csv
import json
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.review.cells import neutralise, row_check
from dagster_project.settings import ConfigurationError
from dagster_project.warehouse import Warehouse

KEYS = ("item_id", "code_before", "model_version", "row_check")
ANSWERS = ("code_after", "decision", "reviewer_id", "minutes", "decided_at")
COLUMNS = (
    "item_id",
    "cause",
    "policy",
    "owner",
    "started_at",
    "age_hours",
    "sla_hours",
    "is_overdue",
    "tier",
    "evidence",
    "words",
    "top_1",
    "top_2",
    "top_3",
    "order_state",
    "claim",
    "item_type",
    "code_before",
    "model_version",
    "row_check",
    *ANSWERS,
)

_QUEUE = """
with spoken as (
    select
        turns.call_key,
        string_agg(turns.text, ' / ' order by turns.turn_no) filter (turns.turn_no = tags.span_turn_no)
            as evidence_turn,
        string_agg(turns.text, ' / ' order by turns.turn_no) as customer_turns,
    from raw.all_call_turns as turns
    inner join marts.review_queue as queue on queue.call_key = turns.call_key
    inner join raw.reason_tags as tags on tags.call_key = turns.call_key and tags.rank = 1
    where turns.speaker = 'customer'
    group by turns.call_key
)

select
    queue.item_id,
    queue.item_type,
    queue.cause,
    queue.policy,
    queue.owner,
    strftime(coalesce(calls.started_at, queue.waiting_since), '%Y-%m-%d %H:%M') as started_at,
    round(queue.age_hours, 1) as age_hours,
    queue.sla_hours,
    queue.is_overdue,
    queue.tier,
    calls.reason_evidence as evidence,
    left(coalesce(spoken.evidence_turn, spoken.customer_turns, queue.details), 600) as words,
    queue.top3::varchar as top3,
    case
        when calls.call_key is null then coalesce('order ' || queue.order_id, 'no order known')
        when calls.delivery_stage = 'unknown' then 'no order known'
        else calls.delivery_stage || coalesce(' with ' || nullif(calls.carrier, 'unknown'), '')
    end as order_state,
    coalesce(calls.reason_claim || ': ' || calls.verified_reason_code, '') as claim,
    coalesce(calls.stated_reason_code, upper(calls.reason_status)) as code_before,
    queue.model_version,
from marts.review_queue as queue
left join marts.fct_calls as calls on calls.call_key = queue.call_key
left join spoken on spoken.call_key = queue.call_key
order by queue.is_overdue desc, queue.age_hours - queue.sla_hours desc, queue.item_id
"""


def export_sheet(warehouse: Warehouse, output: Path) -> int:
    """Write the review queue of the published warehouse as a CSV sheet; return the number of items.

    Args:
        warehouse: must have been published.
        output: the file to write; UTF-8 with a byte order mark, which spreadsheet programs ask for.

    Raises:
        ConfigurationError: nothing is published, or the file cannot be written.
    """
    with warehouse.connect_published() as con:
        lines = queue_lines(con)
    write_sheet(lines, output)
    return len(lines)


def queue_lines(con: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """Return the waiting items as lines of the sheet by column, what has waited longest past its limit first."""
    con.execute("set timezone = 'UTC'")
    result = con.execute(_QUEUE)
    names = [column[0] for column in result.description or []]
    return [_line(dict(zip(names, row, strict=True))) for row in result.fetchall()]


def write_sheet(lines: list[dict[str, str]], output: Path) -> None:
    """Write lines as a sheet, every cell safe to open in a spreadsheet program.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows({name: neutralise(text) for name, text in line.items()} for line in lines)
    except OSError as error:
        raise ConfigurationError(f"cannot write {output}: {error.strerror} (give another --output)") from error


def _line(row: dict[str, Any]) -> dict[str, str]:
    top = [f"{entry['code']} {entry['confidence']:.2f}" for entry in json.loads(row["top3"] or "[]")]
    cells = {name: "" if row.get(name) is None else str(row[name]) for name in COLUMNS}
    cells |= {f"top_{place}": text for place, text in enumerate(top[:3], start=1)}
    cells["row_check"] = row_check(cells["item_id"], cells["code_before"], cells["model_version"], cells["item_type"])
    return cells
