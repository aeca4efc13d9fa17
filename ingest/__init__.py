"""Landing files to raw tables: every input row ends in exactly one place and is counted there."""

from ingest.contracts import Column, Contract, load_contracts
from ingest.errors import AccountingError, IngestError
from ingest.files import LandedFile, UnknownPath
from ingest.load import IngestResult, load_landing, plan
from ingest.tables import create_raw_tables
from ingest.unions import union_names

__all__ = [
    "Column",
    "Contract",
    "AccountingError",
    "IngestError",
    "IngestResult",
    "LandedFile",
    "UnknownPath",
    "create_raw_tables",
    "load_contracts",
    "load_landing",
    "plan",
    "union_names",
]
