"""Where every row is now: versions, copies and files in any order, over any number of runs."""

import errno
import itertools
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ingest
from ingest.contracts import load_contracts

from .conftest import NOW, Shop

HEADER = "customer_id,source_updated_at,region,first_order_at"
META = "_file_id, _ingested_at, _run_id"
A1 = "a,2025-01-01T00:00:00Z,north,"
A1_SAME = "a,2025-01-01 01:00:00+01:00,north,"
A2 = "a,2025-01-02T00:00:00Z,south,"
A2_TIE = "a,2025-01-02T00:00:00Z,west,"
B1 = "b,2025-01-01T00:00:00Z,east,2024-05-05T00:00:00Z"
BAD = "c,never,x,"


def put(shop: Shop, file: str, *rows: str) -> None:
    shop.put(f"customers/{file}", "\n".join([HEADER, *rows]) + "\n")


def state(shop: Shop) -> dict[str, list[tuple]]:
    return {
        "winners": shop.rows(f"select * exclude ({META}) from raw.customers order by all"),
        "history": shop.rows(f"select * exclude ({META}) from raw.customers__history order by all"),
        "ledger": shop.rows(
            "select source, file, file_hash, rows_read, rows_loaded, rows_duplicate, rows_superseded, "
            "rows_quarantined, status from ops.load_ledger order by all"
        ),
        "quarantine": shop.rows(
            "select source, file, row_number, reason_code, reason, raw_row from ops.quarantine order by all"
        ),
    }


def test_every_row_has_one_fate(shop: Shop) -> None:
    put(shop, "a.csv", A1, A1_SAME, A2, A2, B1, BAD, A1)
    result = shop.load()
    assert shop.account("customers/a.csv") == (7, 2, 3, 1, 1, "loaded")
    assert result.rows == {"customers": {"loaded": 2, "duplicate": 3, "superseded": 1, "quarantined": 1}}
    assert shop.rows("select customer_id, region, _row_number from raw.customers order by 1") == [
        ("a", "south", 4),
        ("b", "east", 6),
    ]


def test_money_is_compared_after_typing(shop: Shop) -> None:
    header = "cart_id,source_updated_at,created_at,value,currency,skus"
    rows = ['c,2025-01-01,2025-01-01,12.5,EUR,"[""a"", 1]"', 'c,2025-01-01,2025-01-01,12.50,EUR,"[""a"",1]"']
    shop.put("carts/a.csv", "\n".join([header, *rows]))
    shop.load()
    assert shop.account("carts/a.csv") == (2, 1, 1, 0, 0, "loaded")


def test_a_later_file_moves_the_counts_of_an_earlier_one(shop: Shop) -> None:
    put(shop, "a.csv", A1, B1)
    shop.load()
    assert shop.account("customers/a.csv") == (2, 2, 0, 0, 0, "loaded")
    put(shop, "b.csv", A2)
    result = shop.load()
    assert shop.account("customers/a.csv") == (2, 1, 0, 1, 0, "loaded")
    assert shop.account("customers/b.csv") == (1, 1, 0, 0, 0, "loaded")
    assert result.changed_keys == {"customer": 1}
    put(shop, "0.csv", A2)  # the same version under a smaller name stands for it from now on
    result = shop.load()
    assert shop.account("customers/b.csv") == (1, 0, 1, 0, 0, "loaded")
    assert shop.account("customers/0.csv") == (1, 1, 0, 0, 0, "loaded")
    assert result.changed_keys == {}


def test_a_second_run_reads_nothing(shop: Shop) -> None:
    put(shop, "a.csv", A1, BAD)
    shop.load()
    before = state(shop)
    assert ingest.plan(shop.con, shop.landing) == []
    result = shop.load()
    assert (result.files_seen, result.files_new, result.rows) == (1, 0, {})
    assert state(shop) == before


def test_plan_without_a_warehouse_lists_every_file(shop: Shop) -> None:
    put(shop, "a.csv", A1)
    assert [file.file for file in ingest.plan(None, shop.landing)] == ["customers/a.csv"]


def test_a_file_changed_in_place_is_a_new_file(shop: Shop) -> None:
    put(shop, "a.csv", A1)
    shop.load()
    put(shop, "a.csv", A2)  # same size
    shop.load()
    counts = shop.rows("select rows_loaded, rows_superseded from ops.load_ledger order by loaded_at")
    assert counts == [(0, 1), (1, 0)]


def test_a_renamed_copy_is_all_duplicates(shop: Shop) -> None:
    put(shop, "a.csv", A1, B1)
    put(shop, "b.csv", A1, B1)
    shop.load()
    assert shop.account("customers/b.csv") == (2, 0, 2, 0, 0, "loaded")


ROWS = [A1, A1_SAME, A2, A2_TIE, B1, BAD]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(st.lists(st.sampled_from(ROWS), max_size=5), min_size=1, max_size=4),
    seed=st.integers(0, 10**6),
)
def test_order_and_number_of_runs_do_not_matter(
    make_shop: Callable[[], Shop], files: list[list[str]], seed: int
) -> None:
    at_once, one_by_one = make_shop(), make_shop()
    for n, rows in enumerate(files):
        put(at_once, f"{n}.csv", *rows)
    at_once.load()
    order = list(range(len(files)))
    random.Random(seed).shuffle(order)
    for n in order:
        put(one_by_one, f"{n}.csv", *files[n])
        one_by_one.load()
    assert state(at_once) == state(one_by_one)
    total = sum(len(rows) for rows in files)
    assert sum(row[3] for row in state(at_once)["ledger"]) == total


def test_all_permutations_of_three_versions(make_shop: Callable[[], Shop]) -> None:
    seen = set()
    for order in itertools.permutations([A1, A2, A2_TIE]):
        shop = make_shop()
        for row in order:
            name = {A1: "1", A2: "2", A2_TIE: "3"}[row]
            put(shop, f"{name}.csv", row)
            shop.load()
        seen.add(str(state(shop)))
    assert len(seen) == 1


def test_sources_without_a_version_keep_the_greater_content(make_shop: Callable[[], Shop]) -> None:
    winners = set()
    for order in itertools.permutations(["north", "south", "west"]):
        shop = make_shop()
        for n, region in enumerate(order):
            shop.put(f"owners/{n}.csv", f"owner_id,kind,region\no1,human,{region}\n")
            shop.load()
        winners.add(shop.rows("select region from raw.owners")[0])
        assert shop.rows("select count(*) from raw.owners__history where _fate = 'superseded'") == [(2,)]
    assert len(winners) == 1


def test_rows_are_appended_in_event_time_order(shop: Shop) -> None:
    days = ["03", "01", "02"]
    shop.put("owner_alerts/a.csv", "alert_id,channel,sent_at\n" + "".join(f"a{d},page,2025-01-{d}\n" for d in days))
    shop.load()
    assert shop.rows("select alert_id from raw.owner_alerts") == [("a01",), ("a02",), ("a03",)]


def test_surrogate_keys_are_stable(shop: Shop) -> None:
    put(shop, "a.csv", A1)
    shop.load()
    assert shop.rows("select customer_key = (md5_number_lower('a') >> 1)::bigint from raw.customers") == [(True,)]


@pytest.mark.parametrize("name", ["calls[1].csv", "a'; drop table x;--.csv", 'b".csv', "*.csv", "ü\n.CSV", "-- .csv"])
def test_hostile_file_names(shop: Shop, name: str) -> None:
    put(shop, "calls1.csv", B1)
    put(shop, name, A1, BAD)
    shop.load()
    assert shop.rows(
        "select rows_loaded, rows_quarantined from ops.load_ledger where file = ?".replace(
            "?", "'customers/" + name.replace("'", "''") + "'"
        )
    ) == [(1, 1)]


def test_a_name_that_is_no_text(shop: Shop) -> None:
    (shop.landing / "customers").mkdir()
    bad = bytes(shop.landing / "customers") + b"/\xff.csv"
    with open(bad, "w") as out:
        out.write(f"{HEADER}\n{A1}\n")
    shop.load()
    assert shop.rows("select file from ops.load_ledger") == [("customers/\\xff.csv",)]


def test_unknown_folders_and_endings_are_named(shop: Shop) -> None:
    put(shop, "a.csv", A1)
    shop.put("customers/notes.txt", "x")
    shop.put("surprise/a.csv", "x")
    shop.put("surprise/b.csv", "x")
    shop.put("LICENSE", "x")
    shop.put("dialnexa_webhooks/a.csv", "x")
    result = shop.load()
    assert {(u.path, u.reason, u.files) for u in result.unknown} == {
        ("LICENSE", "not in a source folder", 1),
        ("customers/notes.txt", "unknown ending", 1),
        ("dialnexa_webhooks/a.csv", "unknown ending", 1),
        ("surprise", "unknown source folder", 2),
    }
    assert shop.rows("select count(*), sum(files) from ops.unknown_sources") == [(4, 5)]
    assert shop.rows("select count(*) from raw.customers") == [(1,)]


def test_missing_landing_folder(shop: Shop) -> None:
    with pytest.raises(ingest.IngestError, match="does not exist; create it"):
        ingest.load_landing(shop.con, shop.landing / "none", "r", NOW, b"k")


def test_many_small_files_are_read_together(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(60):
        put(shop, f"{n:03}.csv", f"k{n},2025-01-01,north,", *([BAD] if n == 7 else []))
    statements = []
    from ingest import text_reader

    read = text_reader.read_round
    monkeypatch.setattr(text_reader, "read_round", lambda *args: statements.append(1) or read(*args))
    shop.load()
    assert len(statements) == 1
    assert shop.rows("select sum(rows_loaded), sum(rows_quarantined) from ops.load_ledger") == [(60, 1)]
    assert shop.quarantine("customers/007.csv") == [(3, "wrong_type")]


def test_one_dirty_file_among_clean_ones(shop: Shop) -> None:
    for n in range(5):
        put(shop, f"{n}.csv", f"k{n},2025-01-01,north,", *(['"x'] if n == 2 else []), f'm{n},2025-01-01,"a\nb",')
    shop.load()
    assert shop.quarantine() == [(3, "unreadable_line")]
    assert shop.rows("select sum(rows_loaded) from ops.load_ledger") == [(10,)]
    assert shop.rows("select _row_number from raw.customers where customer_id = 'm2'") == [(4,)]


def test_a_failure_leaves_the_warehouse_as_it_was(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shop, "a.csv", A1)
    shop.load()
    before = state(shop)
    put(shop, "b.csv", A2)

    def fail(*_: object) -> None:
        raise RuntimeError("stopped")

    with monkeypatch.context() as patched:
        patched.setattr("ingest.load.write_ledger", fail)
        with pytest.raises(RuntimeError, match="stopped"):
            shop.load()
    assert state(shop) == before
    shop.load()
    assert shop.account("customers/a.csv") == (1, 0, 0, 1, 0, "loaded")


@pytest.mark.requirement("SD087")
def test_numbers_and_addresses_are_hashed_with_the_key(shop: Shop) -> None:
    import hashlib
    import hmac

    shop.put(
        "customers/a.csv",
        "customer_id,source_updated_at,phone,email\n"
        "a,2025-01-01,+49 (30) 123-45,Ann@Example.com\n"
        "b,2025-01-01,00493012345,ann@example.com\nc,2025-01-01,anonymous,\n",
    )
    shop.load()
    from .conftest import KEY

    phone = hmac.new(KEY, b"493012345", hashlib.sha256).hexdigest()
    email = hmac.new(KEY, b"ann@example.com", hashlib.sha256).hexdigest()
    assert shop.rows("select phone, email from raw.customers order by customer_id") == [
        (phone, email),
        (phone, email),
        (None, None),
    ]
    assert shop.rows("select getvariable('ingest_inner_key')") == [(None,)]


def test_reconcile_names_what_does_not_add_up(shop: Shop) -> None:
    put(shop, "a.csv", A1)
    shop.load()
    shop.con.execute("delete from raw.customers")
    with pytest.raises(ingest.IngestError, match="customers"):
        shop.load()


def test_tables_match_the_contracts(shop: Shop) -> None:
    ingest.create_raw_tables(shop.con)
    for contract in load_contracts().values():
        found = [r[0] for r in shop.rows(f"describe raw.{contract.source}")]
        assert found == list(contract.table_columns())


REAL = Path(os.environ.get("WHYCALL_SHARED_DATA", Path(__file__).parents[3] / "shared/data"))


@pytest.mark.skipif(
    not (REAL / "landing_real").is_dir(), reason="the shared real landing folder is not on this machine"
)
def test_the_real_landing_folder_loads_whole(shop: Shop) -> None:
    result = ingest.load_landing(shop.con, REAL / "landing_real", "r", NOW, b"k")
    assert sum(counts["quarantined"] for counts in result.rows.values()) == 0
    assert result.rows["calls"]["loaded"] == 518
    assert result.rows["tickets"] == {"loaded": 2222, "duplicate": 0, "superseded": 11, "quarantined": 0}


def test_a_full_disk_is_told_in_one_line(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shop, "a.csv", A1)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("ingest.copying.write_text", full)
    with pytest.raises(ingest.IngestError, match="free some space and run again"):
        shop.load()


def test_links_to_folders_are_named(shop: Shop, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shop.put("call_turns/a.csv", "call_id,turn_no,speaker,text\na,1,ai,x\n")
    (shop.landing / "call_turns/link").symlink_to(elsewhere)
    (shop.landing / "call_turns/loop.csv").symlink_to(shop.landing)
    result = shop.load()
    assert [(item.path, item.reason) for item in result.unknown] == [
        ("call_turns/link", "not a regular file"),
        ("call_turns/loop.csv", "not a regular file"),
    ]


def test_a_warehouse_of_older_contracts_gains_their_new_columns(shop: Shop) -> None:
    put(shop, "a.csv", A1, B1)
    shop.load()
    rest = f"select * exclude ({META}, region) from raw.customers order by all"
    before = shop.rows(rest)
    for table in ("customers", "customers__history"):
        shop.con.execute(f"create or replace table raw.{table} as select * exclude (region) from raw.{table}")
    shop.con.execute("update ops.ingest_definitions set digest = 'of an older version'")
    put(shop, "b.csv", A2)
    shop.load()
    assert shop.rows("select customer_id, region from raw.customers order by 1") == [("a", "south"), ("b", None)]
    assert [row for row in before if row[0] == "b"] == [row for row in shop.rows(rest) if row[0] == "b"]
    assert shop.rows("select customer_id, region from raw.all_customers order by 1")[1] == ("b", None)
