"""What is said in the simulated calls: the banks of text/ as tables and macros."""

from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.sample_shop.macros import choice_macro, literal, lookup_macro
from dagster_project.sample_shop.settings import load_yaml

# the kind of call that is no contact -> its script
FILL_SCRIPTS = {
    "outbound": "outbound",
    "voicemail": "voicemail",
    "not_reached": "hung_up",
    "inbound_failed": "hung_up",
    "test": "test",
    "no_reason": "no_reason",
    "silent": "silent",
    "hung_up": "hung_up",
}


def phrase_banks() -> dict[str, list[str]]:
    """Return every bank by name: those of conversation.yml, and 'say CODE' and 'more CODE'."""
    conversation = load_yaml("text/conversation.yml")
    used = {turn.split()[1] for turns in conversation["scripts"].values() for turn in turns}
    banks = {name: conversation[name] for name in used if name in conversation}
    for name in ("identify_email", "identify_unknown", "thanks", "accepts", "ai_answer_order"):
        banks[name] = conversation[name]
    for code, texts in load_yaml("text/reasons.yml").items():
        banks[f"say {code}"] = texts["say"]
        banks[f"more {code}"] = texts["more"]
    return dict(sorted(banks.items()))


def _slot_macros(conversation: dict[str, Any]) -> list[str]:
    """Return the macros that pick names, days and things, and that fill the slots of a phrase."""
    items = conversation["items"]
    branches = " ".join(f"when {literal(category)} then item_{category.lower()}(u)" for category in items)
    return [
        choice_macro("pick_name", conversation["names"]),
        choice_macro("pick_agent", conversation["agents"]),
        choice_macro("pick_day", conversation["days"]),
        choice_macro("opener", conversation["openers"]),
        choice_macro("closer", conversation["closers"]),
        *(choice_macro(f"item_{category.lower()}", things) for category, things in items.items()),
        f"create or replace macro pick_item(category, u) as case category {branches} end",
    ]


def load_phrases(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables banks, phrases and script_turns_said, and the macros that use them."""
    conversation = load_yaml("text/conversation.yml")
    banks: list[dict[str, Any]] = []
    phrases: list[dict[str, Any]] = []
    for name, texts in phrase_banks().items():
        banks.append({"bank_name": name, "first_no": len(phrases), "size": len(texts)})
        for text in texts:
            phrases.append({"phrase_no": len(phrases), "text": text})
    turns = [
        {"script": script, "turn_no": number, "speaker": turn.split()[0], "bank": turn.split()[1]}
        for script, said in conversation["scripts"].items()
        for number, turn in enumerate(said, start=1)
    ]
    rows_by_table = {"banks": banks, "phrases": phrases, "script_turns_said": turns}
    for table, rows in rows_by_table.items():
        con.register("rows_to_load", pa.Table.from_pylist(rows))
        con.execute(f"create or replace table {table} as select * from rows_to_load")
        con.unregister("rows_to_load")
    lengths = {script: len(said) for script, said in conversation["scripts"].items()}
    con.execute(lookup_macro("script_turns", lengths))
    con.execute(lookup_macro("fill_script", FILL_SCRIPTS))
    for statement in _slot_macros(conversation):
        con.execute(statement)
