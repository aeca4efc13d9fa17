"""The sample shop: files as the contract wants them, the same for the same seed, of the size asked for."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.sample_shop import ShopFacts, generate_shop
from dagster_project.sample_shop.settings import load_yaml
from ingest import create_raw_tables, load_contracts, load_landing

SMALL = 600
MESSY = 2_000


def content_by_file(out: Path) -> dict[str, str]:
    """Return relative path -> hash of the bytes, of everything below a folder."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def messy(tmp_path_factory) -> ShopFacts:
    return generate_shop(tmp_path_factory.mktemp("messy"), MESSY)


@pytest.fixture(scope="module")
def loaded(messy, tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """The messy shop as ingest loads it."""
    con = duckdb.connect(str(tmp_path_factory.mktemp("loaded") / "shop.duckdb"))
    con.execute("set timezone = 'UTC'")
    create_raw_tables(con)
    load_landing(con, messy.landing, "run-1", datetime(2026, 3, 2, tzinfo=UTC), b"test")
    return con


def test_same_seed_same_bytes_another_seed_another_shop(tmp_path):
    generate_shop(tmp_path / "a", SMALL)
    generate_shop(tmp_path / "b", SMALL)
    generate_shop(tmp_path / "c", SMALL, seed=8)
    first = content_by_file(tmp_path / "a")
    assert first == content_by_file(tmp_path / "b")
    other = content_by_file(tmp_path / "c")
    assert first.keys() == other.keys()
    assert sum(first[name] == other[name] for name in first) < len(first) / 10


def test_large_shops_are_deterministic_too(tmp_path, monkeypatch):
    monkeypatch.setattr("dagster_project.sample_shop.deliver.LARGEST_AT_ONCE", 0)
    tables = []
    for name in ("a", "b"):
        facts = generate_shop(tmp_path / name, SMALL, file_format="parquet")
        tables.append(duckdb.sql(f"from read_parquet('{facts.landing}/call_turns/*.parquet')").fetchall())
    assert tables[0] == tables[1]


def test_only_contract_columns_and_all_required_ones(messy):
    contracts = load_contracts()
    with duckdb.connect() as con:
        for source, plan in load_yaml("deliveries.yml").items():
            reader = {"c": "read_csv", "j": "read_json", "p": "read_parquet"}[plan["format"][0]]
            path = sorted((messy.landing / source).iterdir())[-1]
            options = ", header = true, all_varchar = true" if reader == "read_csv" else ""
            described = con.execute(f"select column_name from (describe from {reader}('{path}'{options}))").fetchall()
            written = {row[0] for row in described}
            contract = contracts[source]
            assert written <= {column.name for column in contract.columns}, source
            assert {c.name for c in contract.columns if c.required} <= written, source


def test_every_row_ends_where_the_shop_says(messy, loaded):
    counted = loaded.execute(
        """
        select source, sum(rows_read), sum(rows_loaded), sum(rows_duplicate),
            sum(rows_superseded), sum(rows_quarantined)
        from ops.load_ledger
        group by source
        """
    ).fetchall()
    accounts = {row[0]: tuple(int(number) for number in row[1:]) for row in counted}
    assert accounts.keys() == messy.sources.keys()
    for source, facts in messy.sources.items():
        broken = sum(facts.broken.values())
        if source == "dialnexa_webhooks":
            assert (accounts[source][0], accounts[source][4]) == (facts.rows, broken)
            continue
        expected = (facts.rows, facts.keys, facts.duplicates, facts.older, broken)
        assert accounts[source] == expected, source


def test_the_broken_lines_are_the_listed_ones(messy):
    planted: dict[str, int] = {}
    for fault in load_yaml("broken.yml"):
        planted[fault["source"]] = planted.get(fault["source"], 0) + 1
    written = {name: sum(facts.broken.values()) for name, facts in messy.sources.items()}
    assert {name: number for name, number in written.items() if number} == planted


def test_exactly_so_many_calls_as_asked_for(messy, loaded):
    """The shop of order support has so many calls; those of the workflows come on top."""
    (rows, keys) = loaded.execute("select count(*), count(distinct call_id) from raw.all_calls").fetchone()
    assert rows == keys
    asked_for, on_top = duckdb.sql(
        "select count(*) filter (not coalesce(starts_with(cause, 'workflow '), false)), "
        "count(*) filter (starts_with(cause, 'workflow ')) "
        f"from read_parquet('{messy.truth}')"
    ).fetchone()
    assert asked_for == MESSY
    assert on_top > 0
    (missing,) = loaded.execute(
        f"""
        select count(*)
        from read_parquet('{messy.truth}') as t
        anti join raw.all_calls as c on t.call_id = c.call_id
        """
    ).fetchone()
    assert missing == 0


def test_nothing_happens_after_the_end(messy, loaded):
    for table, column in (
        ("shipment_scans", "scanned_at"),
        ("tickets", "solved_at"),
        ("refunds", "paid_at"),
        ("orders", "cancelled_at"),
    ):
        (late,) = loaded.execute(f"select count(*) from raw.{table} where {column} >= ?", [messy.end]).fetchone()
        assert late == 0, table


def test_conversations_have_six_to_fourteen_turns(messy, loaded):
    (low, high, shortest) = loaded.execute(
        f"""
        select quantile_disc(n, 0.1), max(n), min(n)
        from (
            select count(*) as n
            from raw.all_call_turns
            inner join read_parquet('{messy.truth}') as t using (call_id)
            where t.true_state = 'reason' and not t.is_webhook
            group by call_id
        )
        """
    ).fetchone()
    assert low >= 6
    assert high <= 14
    assert shortest >= 4


@pytest.mark.requirement("SD148")
def test_rows_grow_with_the_calls(tmp_path):
    small = generate_shop(tmp_path / "small", 500, file_format="parquet")
    large = generate_shop(tmp_path / "large", 2_000, file_format="parquet")
    for source in ("calls", "call_turns", "orders", "shipment_scans", "tickets"):
        ratio = large.sources[source].rows / small.sources[source].rows
        assert 3.4 < ratio < 4.6, source


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"calls": 5}, "100"),
        ({"calls": 500, "weeks": 2}, "weeks"),
        ({"calls": 500, "file_format": "xlsx"}, "xlsx"),
    ],
)
def test_an_impossible_shop_is_refused(tmp_path, arguments, word):
    with pytest.raises(ValueError, match=word):
        generate_shop(tmp_path, **arguments)
    assert not (tmp_path / "landing").exists()
