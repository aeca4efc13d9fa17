"""A tiny shop written by hand: rows as keyword arguments, straight into the raw tables."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ingest import create_raw_tables

# ops.run_context and raw.reason_tags are written by the conductor of a run, not by ingest
RUN_TABLES = """
create table ops.run_context (
    run_id varchar, as_of timestamptz, reporting_timezone varchar, whycall_version varchar,
    taxonomy_version varchar, model_version varchar, snapshot_id varchar);
create table raw.reason_tags (
    call_id varchar, call_key bigint, rank integer, code varchar, confidence double, status varchar,
    span_turn_no integer, span_start integer, span_end integer, span_text varchar, top3 json,
    taxonomy_version varchar, model_version varchar, input_hash varchar);
create table raw.emerging_themes (
    week_start_date date, theme_no integer, theme_name varchar, count_now integer, count_before integer,
    calls_now integer, calls_before integer, cohesion double, rate_ratio double, p_value double, q_value double,
    example_call_ids varchar[], example_texts varchar[], text_share double);
"""
ENTITIES = ("call", "customer", "order", "shipment", "ticket")
CALL = {
    "direction": "inbound",
    "workflow": "order_support",
    "status": "completed",
    "end_reason": "user_disconnected",
    "channel": "phone",
    "source_system": "shop",
}


def instant(text: str) -> datetime:
    """Read an ISO 8601 instant; UTC unless it says otherwise."""
    return datetime.fromisoformat(text if text[-1] == "Z" or "+" in text else text + "Z")


class World:
    """Raw tables of one landing, filled row by row; close() before dbt opens the file."""

    def __init__(self, path: Path) -> None:
        """Open the file, made by create() before."""
        self.path = path
        self.con = duckdb.connect(str(path))

    @classmethod
    def create(cls, path: Path, as_of: str, timezone: str = "UTC") -> "World":
        """Create the file with every raw and ops table and one row of run context."""
        world = cls(path)
        create_raw_tables(world.con)
        world.con.execute(RUN_TABLES)
        world.con.execute(
            "insert into ops.run_context values ('r1', ?, ?, '0', 't1', 'm1', 's1')",
            [instant(as_of), timezone],
        )
        return world

    def add(self, table: str, **values: Any) -> None:
        """Insert one row; identifiers also get their integer key."""
        columns = [f'"{column}"' for column in values]
        places = ["?"] * len(values)
        parameters = [json.dumps(value) if isinstance(value, dict | list) else value for value in values.values()]
        for entity in ENTITIES:
            if values.get(f"{entity}_id") is not None:
                columns.append(f"{entity}_key")
                places.append("(md5_number_lower(?) >> 1)::bigint")
                parameters.append(values[f"{entity}_id"])
        self.con.execute(
            f"insert into raw.{table} ({', '.join(columns)}) values ({', '.join(places)})",
            parameters,
        )

    def call(self, call_id: str, started_at: str, seconds: int = 120, **values: Any) -> None:
        """Insert a call with one customer turn; 120 s long and closed unless told otherwise."""
        start = instant(started_at)
        row = CALL | {"ended_at": start + timedelta(seconds=seconds)} | values
        self.add("calls", call_id=call_id, started_at=start, source_updated_at=start, **row)
        self.add("call_turns", call_id=call_id, turn_no=1, speaker="customer", text="hello")

    def tag(self, call_id: str, code: str | None, status: str = "accepted", rank: int = 1) -> None:
        """Insert what the classifier would have said."""
        self.add(
            "reason_tags", call_id=call_id, rank=rank, code=code, status=status, confidence=0.9,
            span_turn_no=1, span_start=0, span_end=5, span_text="hello", taxonomy_version="t1",
            model_version="m1",
        )  # fmt: skip

    def close(self) -> None:
        """Close the connection, so that dbt can open the file."""
        self.con.close()
