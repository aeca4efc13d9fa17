"""A landing folder and a warehouse in memory, and a way to look at what became of every row."""

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import ingest

NOW = datetime(2025, 6, 1, tzinfo=UTC)
KEY = b"a key of the tests"
UPDATED = "2025-01-01T00:00:00Z"


class Shop:
    """One landing folder with its warehouse."""

    def __init__(self, landing: Path) -> None:
        self.landing = landing
        self.con = duckdb.connect()
        self.runs = 0

    def put(self, file: str, content: str | bytes) -> Path:
        path = self.landing / file
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if file.endswith(".gz") else data)
        return path

    def load(self, now: datetime = NOW, **options: Any) -> ingest.IngestResult:
        self.runs += 1
        return ingest.load_landing(self.con, self.landing, f"r{self.runs}", now, KEY, **options)

    def rows(self, query: str) -> list[tuple]:
        return self.con.execute(query).fetchall()

    def quarantine(self, file: str | None = None) -> list[tuple[int | None, str]]:
        where = f"where file = '{file}'" if file else ""
        return self.rows(f"select row_number, reason_code from ops.quarantine {where} order by all")

    def account(self, file: str) -> tuple:
        return self.rows(
            "select rows_read, rows_loaded, rows_duplicate, rows_superseded, rows_quarantined, status "
            f"from ops.load_ledger where file = '{file}'"
        )[0]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    landing = tmp_path / "landing"
    landing.mkdir()
    shop = Shop(landing)
    yield shop
    shop.con.close()


@pytest.fixture
def make_shop(tmp_path: Path) -> Callable[[], Shop]:
    def make() -> Shop:
        landing = tmp_path / f"landing_{len(list(tmp_path.iterdir()))}"
        landing.mkdir()
        return Shop(landing)

    return make
