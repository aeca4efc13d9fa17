"""The landing contract as Markdown, rendered from the contract files."""

from ingest.contracts import Column, Contract, all_contracts, folded_contracts, load_contracts
from ingest.vendors.spec import vendor_folders

REASON_CODES = {
    "unreadable_file": "the file cannot be read at all; it counts as one row without a number",
    "missing_column": "the file lacks a required column; every row of it is kept here, or its header if it has no rows",
    "duplicate_column": "the header names a column twice; kept as above",
    "unreadable_line": "an open quote, no JSON object, a key twice, nested over 100 levels, or a line over 2 MB",
    "wrong_field_count": "too few or too many fields",
    "bad_encoding": "not UTF-8, or a NUL character",
    "missing_key": "a column of the key is empty",
    "missing_value": "a required column is empty",
    "wrong_type": "the text is no value of the column's type",
    "out_of_range_timestamp": "before 2000-01-01, or too far in the future",
    "unknown_value": "not one of the values a closed list allows",
    "negative_value": "below zero where nothing can be",
    "out_of_range": "outside of the bounds of the column",
    "bad_signature": "a vendor delivery that is not signed with the secret",
    "unknown_object": "a vendor's object of a kind that its folder does not hold",
    "contradiction": "a vendor outcome that contradicts itself",
    "no_start_time": "vendor deliveries of a call wait until one of them tells a time",
}


def rules_of(column: Column) -> str:
    """What a value of the column must be, in words."""
    rules = []
    if column.enum:
        rules.append("one of " + ", ".join(f"`{value}`" for value in column.enum))
    if column.min is not None:
        rules.append(f"at least {column.min:g}")
    if column.max is not None:
        rules.append(f"at most {column.max:g}")
    if column.pii:
        rules.append("kept as a keyed hash")
    return "; ".join(rules)


def render_contract(contract: Contract) -> str:
    """One source as a Markdown section."""
    lines = [
        f"## {contract.source}",
        "",
        contract.grain,
        "",
        "| column | type | required | rules | meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    for column in contract.columns:
        title = f"**{column.name}**" if column.name in contract.key else column.name
        required = "yes" if column.required else ""
        lines.append(f"| {title} | {column.type} | {required} | {rules_of(column)} | {column.description} |")
    return "\n".join(lines)


def render_landing() -> str:
    """All landing sources as one Markdown page; key columns are bold."""
    sections = [render_contract(contract) for contract in load_contracts().values()]
    return "\n\n".join(["# Landing sources", *sections, render_vendors()]) + "\n"


def render_vendors() -> str:
    """The vendor folders and what becomes of their objects, as a Markdown section."""
    lines = ["## Vendor folders", "", "Read as the vendors send them; see `ingest/vendors/README.md`.", ""]
    lines += ["| folder | object | becomes rows of |", "| --- | --- | --- |"]
    for source in folded_contracts():
        lines.append(f"| {source} | call | calls, call_turns, consents |")
    for folder in vendor_folders().values():
        for kind in folder.kinds:
            tables = ", ".join(dict.fromkeys(target.into for target in kind.targets)) or "nothing; kept in `_extra`"
            lines.append(f"| {folder.folder} | {kind.name} | {tables} |")
    return "\n".join(lines)


def render_reasons() -> str:
    """The reason codes of the quarantine as a Markdown section."""
    rows = [f"| `{code}` | {told} |" for code, told in REASON_CODES.items()]
    return "\n".join(["## Reasons of the quarantine", "", "| code | when |", "| --- | --- |", *rows])


def table_descriptions() -> dict[str, dict[str, str]]:
    """Raw table -> column -> description, for a test that compares the sources of dbt with the contracts."""
    return {
        contract.table: {column.name: column.description for column in contract.columns}
        for contract in all_contracts().values()
    }
