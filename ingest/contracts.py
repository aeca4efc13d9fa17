"""The landing contracts: which columns each source has, of which type, and which row is which.

One YAML file per source in `contracts/` is the single place from which the tables, the readers, the typing rules
and the documentation derive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

CONTRACT_FOLDER = Path(__file__).parent / "contracts"
VENDOR_FOLDER = Path(__file__).parent / "vendors"

SQL_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "text": "varchar",
        "currency": "varchar",
        "timestamp": "timestamptz",
        "planned_timestamp": "timestamptz",
        "boolean": "boolean",
        "integer": "bigint",
        "number": "double",
        "money": "decimal(18, 4)",
        "json": "json",
        "json_list": "json",
    }
)

META_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "_extra": "json",
        "_source_file": "varchar",
        "_file_id": "bigint",
        "_row_number": "bigint",
        "_content_hash": "ubigint",
        "_key_hash": "ubigint",
        "_ingested_at": "timestamptz",
        "_run_id": "varchar",
    }
)


@dataclass(frozen=True)
class Column:
    """One column of a source: name, type, and the values it may hold."""

    name: str
    type: str
    description: str
    required: bool = False
    enum: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    entity: str | None = None
    pii: str | None = None

    @property
    def sql_type(self) -> str:
        """DuckDB type of the typed column."""
        return SQL_TYPES[self.type]


OBJECT_COLUMNS = (
    Column("object", "text", "Kind of object.", required=True),
    Column("record_id", "text", "Identifier the vendor gave it.", required=True),
    Column("source_updated_at", "timestamp", "When the vendor last changed it; the highest wins.", required=True),
    Column("body_hash", "text", "Hash of the object as sent; the object itself is not kept."),
)


@dataclass(frozen=True)
class Contract:
    """One source: its grain, its natural key, its event time and its columns."""

    source: str
    grain: str
    key: tuple[str, ...]
    event_time: str | None
    columns: tuple[Column, ...]
    table: str

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in contract order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every file must have."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def surrogates(self) -> dict[str, str]:
        """Surrogate column name -> identifier column it is made from."""
        return {f"{c.entity}_key": c.name for c in self.columns if c.entity is not None}

    @property
    def has_version(self) -> bool:
        """True when rows carry source_updated_at."""
        return "source_updated_at" in self.names

    def table_columns(self) -> dict[str, str]:
        """All columns of the raw table with their DuckDB types: contract, surrogates, lineage."""
        columns = {column.name: column.sql_type for column in self.columns}
        return columns | dict.fromkeys(self.surrogates, "bigint") | dict(META_COLUMNS)


def parse_contract(data: Mapping[str, Any]) -> Contract:
    """Build a contract from the parsed YAML; raise ValueError on an unknown type or key."""
    columns = tuple(
        Column(**{**item, "enum": tuple(str(value) for value in item.get("enum", ()))}) for item in data["columns"]
    )
    unknown = {column.type for column in columns} - SQL_TYPES.keys()
    if unknown:
        raise ValueError(f"{data['source']}: unknown column types {sorted(unknown)}")
    contract = Contract(
        source=data["source"],
        grain=data["grain"],
        key=tuple(data["key"]),
        event_time=data["event_time"],
        columns=columns,
        table=data.get("table", data["source"]),
    )
    missing = {*contract.key, contract.event_time or contract.key[0]} - set(contract.names)
    if missing:
        raise ValueError(f"{contract.source}: key or event time names no column: {sorted(missing)}")
    return contract


def read_contract(path: Path) -> Contract:
    """Read one contract file."""
    return parse_contract(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def load_contracts() -> Mapping[str, Contract]:
    """All landing contracts by source name, in alphabetical order."""
    contracts = (read_contract(path) for path in sorted(CONTRACT_FOLDER.glob("*.yml")))
    return MappingProxyType({contract.source: contract for contract in contracts})


@cache
def folded_contracts() -> Mapping[str, Contract]:
    """Contracts of vendor folders whose rows are folded by code of their own."""
    folder = CONTRACT_FOLDER / "vendors"
    contracts = {contract.source: contract for contract in map(read_contract, sorted(folder.glob("*.yml")))}
    # lists and exports tell the same of a call as deliveries do, and are folded with them
    webhooks = contracts["dialnexa_webhooks"]
    for source, table, grain in (
        ("dialnexa_calls", "dialnexa_call_records", "One row per distinct call record of DialNexa's API."),
        ("dialnexa_export", "dialnexa_export_rows", "One row per distinct row of DialNexa's Call History exports."),
    ):
        contracts[source] = replace(webhooks, source=source, table=table, grain=grain)
    return MappingProxyType(dict(sorted(contracts.items())))


def object_contract(folder: str) -> Contract:
    """The contract of a declared vendor folder: its objects, whose rows go to landing tables."""
    return Contract(
        source=folder,
        grain=f"One row per object in {folder}.",
        key=("object", "record_id"),
        event_time="source_updated_at",
        columns=OBJECT_COLUMNS,
        table=folder,
    )


@cache
def load_vendor_contracts() -> Mapping[str, Contract]:
    """Contracts of the vendor folders, whose rows are mapped to landing tables."""
    told = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(VENDOR_FOLDER.glob("*.yml")))
    declared = {folder: object_contract(folder) for data in told for folder in data.get("folders", {})}
    return MappingProxyType({**folded_contracts(), **declared})


def all_contracts() -> Mapping[str, Contract]:
    """Landing and vendor contracts by source name."""
    return MappingProxyType({**load_contracts(), **load_vendor_contracts()})
