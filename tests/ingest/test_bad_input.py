"""Fifty good rows and one bad one, in each of the ways in which files of this world are bad."""

import json
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .conftest import Shop

HEADER = "order_id,line_no,sku,category,quantity,unit_price,warehouse_id"
GOOD = [f'o{n},1,sku{n},"cat, {n}",2,12.50,w1' for n in range(1, 51)]
CALLS = "call_id,source_updated_at,direction,workflow,status,started_at"
CALL = "c1,2025-01-01T00:00:00Z,inbound,order_support,completed,"


def items(bad: str, at: int = 25) -> str:
    """A file with the bad text as row `at` + 1, which is physical line `at` + 2."""
    return "\n".join([HEADER, *GOOD[:at], bad, *GOOD[at:]]) + "\n"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("x,1,sku", "wrong_field_count"),
        ("x,1,sku,c,2,1.0,w1,more", "wrong_field_count"),
        ("x,one,sku,c,2,1.0,w1", "wrong_type"),
        ("x,99999999999999999999,sku,c,2,1.0,w1", "wrong_type"),
        ("x,1.7,sku,c,2,1.0,w1", "wrong_type"),
        ("x,1,sku,c,nan,1.0,w1", "wrong_type"),
        ('x,1,sku,c,2,"1,50",w1', "wrong_type"),
        ("x,1,sku,c,2,1.0\0,w1", "bad_encoding"),
        ("x,1,sk\0u,c,2,1.0,w1", "bad_encoding"),
        ('x,1,"sku,c,2,1.0,w1', "unreadable_line"),
        ('x,1,"sk"u,c,2,1.0,w1', "unreadable_line"),
        (",1,sku,c,2,1.0,w1", "missing_key"),
        ("x,,sku,c,2,1.0,w1", "missing_key"),
        ("x,1,,c,2,1.0,w1", "missing_value"),
        ("x,1,sku,c,-2,1.0,w1", "negative_value"),
        ("x,1,sku,c,2,-1.0,w1", "negative_value"),
    ],
)
def test_one_bad_line_is_the_only_one_that_is_lost(shop: Shop, bad: str, code: str) -> None:
    shop.put("order_items/a.csv", items(bad))
    shop.load()
    assert shop.quarantine() == [(27, code)]
    expected = (51, 50, 0, 0, 1, "loaded")
    assert shop.account("order_items/a.csv") == expected
    assert shop.rows("select count(*), sum(unit_price)::double from raw.order_items") == [(50, 625.0)]
    assert shop.rows("select raw_row from ops.quarantine") == [(bad,)] or "\0" in bad


@pytest.mark.parametrize(
    ("started_at", "code"),
    [
        ("2025-02-30T00:00:00Z", "wrong_type"),
        ("01/31/2025 10:00", "wrong_type"),
        ("2025-01-31 10:00 PST", "wrong_type"),
        ("infinity", "wrong_type"),
        ("1738317600", "wrong_type"),
        ("1999-12-31T23:59:59Z", "out_of_range_timestamp"),
        ("2025-06-03T00:00:01Z", "out_of_range_timestamp"),
        ("", "missing_value"),
    ],
)
def test_timestamps_that_are_none(shop: Shop, started_at: str, code: str) -> None:
    shop.put("calls/a.csv", f"{CALLS}\n{CALL}{started_at}\n")
    shop.load()
    assert shop.quarantine() == [(2, code)]


@pytest.mark.parametrize(
    ("started_at", "utc"),
    [
        ("2025-01-06T00:00:00+05:00", "2025-01-05 19:00:00"),
        ("2025-01-06T00:00:00-0330", "2025-01-06 03:30:00"),
        ("2025-01-06T00:00:00Z", "2025-01-06 00:00:00"),
        ("2025-01-06 00:00:00.5", "2025-01-06 00:00:00.5"),
        ("2025-01-06", "2025-01-06 00:00:00"),
        ("2025-06-03T00:00:00Z", "2025-06-03 00:00:00"),
        ("2025-01-06T10:30Z", "2025-01-06 10:30:00"),
        ("2025-01-06 10:30+02:00", "2025-01-06 08:30:00"),
    ],
)
def test_timestamps_become_utc(shop: Shop, started_at: str, utc: str) -> None:
    shop.put("calls/a.csv", f"{CALLS}\n{CALL}{started_at}\n")
    shop.load()
    assert shop.rows("select started_at = timestamptz '" + utc + "+00' from raw.calls") == [(True,)]


def test_planned_times_may_lie_a_year_ahead(shop: Shop) -> None:
    header = "order_id,source_updated_at,placed_at,currency,net,promised_delivery_at"
    row = "2025-01-01T00:00:00Z,2025-01-01T00:00:00Z,EUR,1"
    shop.put("orders/a.csv", f"{header}\no1,{row},2026-06-01\no2,{row},2026-06-04\n")
    shop.load()
    assert shop.quarantine() == [(3, "out_of_range_timestamp")]


def test_all_problems_of_a_row_are_told_once(shop: Shop) -> None:
    shop.put("order_items/a.csv", f"{HEADER}\nx,1,,c,two,-1,w1\n")
    shop.load()
    ((code, reason),) = shop.rows("select reason_code, reason from ops.quarantine")
    assert code == "missing_value"
    assert reason == ("sku is empty but required; quantity two is no number; unit_price -1 is negative")


def test_latin_1_line(shop: Shop) -> None:
    content = items("x,1,SKU-\xe9,c,2,1.0,w1").encode("latin-1")
    shop.put("order_items/a.csv", content)
    shop.load()
    assert shop.quarantine() == [(27, "bad_encoding")]
    assert shop.rows("select raw_row from ops.quarantine") == [("x,1,SKU-\\xe9,c,2,1.0,w1",)]


def test_lines_hidden_by_an_open_quote_come_back(shop: Shop) -> None:
    bad = 'x,1,"sku,c,2,1.0,w1'
    lines = [HEADER, *GOOD[:10], bad, *GOOD[10:20], bad, "", *GOOD[20:]]
    shop.put("order_items/a.csv", "\n".join(lines))
    shop.load()
    assert shop.quarantine() == [(12, "unreadable_line"), (23, "unreadable_line")]
    assert shop.account("order_items/a.csv")[:2] == (52, 50)
    found = shop.rows("select order_id, _row_number from raw.order_items order by _row_number")
    expected = [(n, line.split(",")[0]) for n, line in enumerate(lines, 1) if line.startswith("o") and n > 1]
    assert [(n, order) for order, n in found] == expected


def test_hopeless_quotes_end_in_the_quarantine_line_by_line(shop: Shop) -> None:
    bad = [f'x{n},1,"sku,c,2,1.0,w1' for n in range(60)]
    shop.put("order_items/a.csv", "\n".join([HEADER, *GOOD, *bad]) + "\n")
    shop.load()
    assert shop.account("order_items/a.csv") == (110, 50, 0, 0, 60, "loaded")


def test_physical_line_numbers_with_embedded_and_blank_lines(shop: Shop) -> None:
    content = (
        f"\n{HEADER}\n\n"
        'o1,1,"a\nb",c,2,1,w\n'  # lines 4 and 5
        'o2,1,"a\n\n\nb",c,2,1,w\n'  # lines 6 to 9
        "\n"
        "short\n"  # line 11
        'o3,1,s,"x\ny",two,1,w\n'  # line 12
        "o4,1,s,c,2,1,w\n"  # line 14
    )
    shop.put("order_items/a.csv", content)
    shop.load()
    assert shop.quarantine() == [(11, "wrong_field_count"), (12, "wrong_type")]
    rows = shop.rows("select order_id, _row_number, sku from raw.order_items order by 2")
    assert rows == [("o1", 4, "a\nb"), ("o2", 6, "a\n\n\nb"), ("o4", 14, "s")]
    assert shop.account("order_items/a.csv")[0] == 5


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(shop: Shop, end: str, bom: str) -> None:
    shop.put("order_items/a.csv", bom + items("o51,1,s,c,1,1,w").replace("\n", end))
    shop.load()
    assert shop.account("order_items/a.csv") == (51, 51, 0, 0, 0, "loaded")


def test_mixed_line_ends(shop: Shop) -> None:
    shop.put("order_items/a.csv", items("o51,1,s,c,1,1,w\r").replace("o7,", "o7,", 1))
    shop.load()
    assert shop.account("order_items/a.csv")[1] == 51


def test_cut_last_line(shop: Shop) -> None:
    shop.put("order_items/a.csv", "\n".join([HEADER, *GOOD[:49], "o50,1,sk"]))
    shop.load()
    assert shop.quarantine() == [(51, "wrong_field_count")]
    assert "the file ends inside this line" in shop.rows("select reason from ops.quarantine")[0][0]


def test_columns_are_read_by_name_in_any_order_and_case(shop: Shop) -> None:
    shop.put("order_items/a.csv", "Unit_Price,QUANTITY,order_id,sku,line_no,colour\n2.50,3,o1,s,1,red\n")
    result = shop.load()
    assert shop.rows("select order_id, quantity, unit_price::double, _extra from raw.order_items") == [
        ("o1", 3.0, 2.5, '{"colour":"red"}')
    ]
    assert result.drift == {"order_items": ("colour",)}
    assert shop.rows("select file, column_name, rows_with_value from ops.schema_drift") == [
        ("order_items/a.csv", "colour", 1)
    ]


@pytest.mark.parametrize(
    ("content", "code", "rows"),
    [
        ("\n".join(GOOD), "missing_column", 49),  # no header line: the first row is taken for one
        (items(GOOD[0]).replace("unit_price", "price"), "missing_column", 51),
        (items(GOOD[0]).replace("category", "sku"), "duplicate_column", 51),
        (items(GOOD[0]).replace("category", "SKU"), "duplicate_column", 51),
        (items(GOOD[0]).replace("cat, ", "cat").replace(",", ";"), "missing_column", 51),
        ("<!DOCTYPE html>\n<html>\n<h1>503, sorry</h1>\n</html>\n", "missing_column", 3),
    ],
)
def test_a_wrong_header_condemns_every_row(shop: Shop, content: str, code: str, rows: int) -> None:
    shop.put("order_items/a.csv", content)
    shop.load()
    assert {c for _, c in shop.quarantine()} == {code}
    assert shop.account("order_items/a.csv") == (rows, 0, 0, 0, rows, "quarantined")
    assert [n for n, _ in shop.quarantine()][0] == 2


@pytest.mark.parametrize("content", ["", "\n\n", HEADER, HEADER + "\n", "\ufeff"])
def test_empty_files_say_so(shop: Shop, content: str) -> None:
    shop.put("order_items/a.csv", content)
    shop.put("order_items/b.csv.gz", content)
    shop.load()
    assert shop.account("order_items/a.csv") == (0, 0, 0, 0, 0, "empty")
    assert shop.account("order_items/b.csv.gz") == (0, 0, 0, 0, 0, "empty")


def unreadable_files() -> dict[str, bytes]:
    import gzip

    text = items(GOOD[0]).encode()
    packed = gzip.compress(text)
    return {
        "utf16.csv": text.decode().encode("utf-16"),
        "cut.csv.gz": packed[:-20],
        "fake.csv.gz": text,
        "tail.csv.gz": packed + b"garbage",
        "flipped.csv.gz": packed[:40] + bytes([packed[40] ^ 0xFF]) + packed[41:],
        "not.parquet": b"PAR1 but not really PAR1",
        "empty.parquet": b"",
    }


@pytest.mark.parametrize("file", sorted(unreadable_files()))
def test_unreadable_files_count_as_one_row(shop: Shop, file: str) -> None:
    (shop.landing / "order_items").mkdir()
    (shop.landing / "order_items" / file).write_bytes(unreadable_files()[file])
    shop.load()
    assert shop.quarantine() == [(None, "unreadable_file")]
    assert shop.account(f"order_items/{file}") == (1, 0, 0, 0, 1, "quarantined")


def test_gzip_bomb(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.copying.MAX_UNPACKED_BYTES", 1 << 20)
    shop.put("order_items/a.csv.gz", b"x" * (8 << 20))
    shop.load()
    assert shop.quarantine() == [(None, "unreadable_file")]


def test_gzip_of_several_members(shop: Shop) -> None:
    import gzip

    path = shop.put("order_items/a.csv.gz", HEADER + "\n")
    path.write_bytes(path.read_bytes() + gzip.compress("\n".join(GOOD).encode()))
    shop.load()
    assert shop.account("order_items/a.csv.gz") == (50, 50, 0, 0, 0, "loaded")


def test_a_very_long_field_is_told_by_its_length(shop: Shop) -> None:
    shop.put("order_items/a.csv", items(f"x,1,{'y' * 5_000_000},c,1,1,w"))
    shop.load()
    assert shop.quarantine() == [(27, "unreadable_line")]
    assert shop.rows("select raw_row from ops.quarantine") == [("(5000012 bytes)",)]
    assert shop.account("order_items/a.csv")[1] == 50


def test_an_oversized_last_line_is_not_lost(shop: Shop) -> None:
    shop.put("order_items/a.csv", items(f"x,1,{'y' * 5_000_000},c,1,1,w", at=50)[:-1])
    shop.load()
    assert shop.account("order_items/a.csv") == (51, 50, 0, 0, 1, "loaded")


def test_formulas_are_kept_as_they_are(shop: Shop) -> None:
    shop.put("order_items/a.csv", f"{HEADER}\no1,1,=1+1,@x,1,1,-w\n")
    shop.load()
    assert shop.rows("select sku, category, warehouse_id from raw.order_items") == [("=1+1", "@x", "-w")]


TURN = {"call_id": "c", "turn_no": 1, "speaker": "ai", "text": "hello"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"call_id": "c", "turn_no": 1, "speak', "unreadable_line"),
        (json.dumps(TURN) + json.dumps(TURN), "unreadable_line"),
        ("[1, 2]", "unreadable_line"),
        ("text", "unreadable_line"),
        (json.dumps(TURN)[:-1] + ', "text": "again"}', "unreadable_line"),
        (json.dumps(TURN)[:-1] + ', "Text": "again"}', "unreadable_line"),
        ('{"call_id": "\\ud800", "turn_no": 1, "speaker": "ai", "text": "x"}', "unreadable_line"),
        (json.dumps(TURN | {"deep": [[[[]]]]}).replace("[[[[]]]]", "[" * 5000 + "]" * 5000), "unreadable_line"),
        (json.dumps(TURN | {"text": "a\0b"}), "bad_encoding"),
        (json.dumps(TURN | {"turn_no": 1.7}), "wrong_type"),
        (json.dumps(TURN | {"turn_no": 10**30}), "wrong_type"),
        (json.dumps(TURN | {"start_ms": float("nan")}), "wrong_type"),
        (json.dumps(TURN | {"start_ms": -1}), "negative_value"),
        (json.dumps(TURN | {"turn_no": 0}), "out_of_range"),
        (json.dumps(TURN | {"turn_no": None}), "missing_key"),
        (json.dumps(TURN | {"speaker": "AI"}), "unknown_value"),
        (json.dumps(TURN | {"text": ""}), "missing_value"),
        ('{"call_id": "c", "turn_no": 1, "speaker": "ai", "text": "\x01"}', "unreadable_line"),
        ("caf\xe9", "bad_encoding"),
    ],
)
@pytest.mark.parametrize("place", [0, 3, 6])
def test_json_lines(shop: Shop, line: str, code: str, place: int) -> None:
    good = [json.dumps(TURN | {"call_id": f"c{n}"}) for n in range(6)]
    good.insert(2, "")
    lines = [*good[:place], line, *good[place:]]
    encoding = "latin-1" if code == "bad_encoding" and "\xe9" in line else "utf-8"
    shop.put("call_turns/a.jsonl", "\n".join(lines).encode(encoding))
    shop.load()
    assert shop.quarantine() == [(place + 1, code)] or code == "wrong_field_count"
    assert shop.account("call_turns/a.jsonl") == (7, 6, 0, 0, 1, "loaded")
    numbers = [n for n, text in enumerate(lines, 1) if text.startswith('{"call_id": "c') and n != place + 1]
    assert [r[0] for r in shop.rows("select _row_number from raw.call_turns order by 1")] == numbers


def test_json_lines_keys_in_any_case_and_values_of_any_form(shop: Shop) -> None:
    rows = [
        {"CALL_ID": "a", "Event_Seq": 1.0, "event_at": "2025-01-01", "event_type": "lookup", "ok": True, "x": {"y": 1}},
        {
            "call_id": "b",
            "event_seq": "2",
            "event_at": "2025-01-01",
            "event_type": "lookup",
            "ok": "No",
            "payload": {"a": [1, None]},
        },
        {"call_id": "c", "event_seq": 3, "event_at": "2025-01-01", "event_type": "lookup", "payload": '{"a": 1}'},
    ]
    shop.put("call_events/a.jsonl", "\ufeff" + "\n".join(map(json.dumps, rows)))
    result = shop.load()
    assert shop.rows("select call_id, event_seq, ok, payload, _extra from raw.call_events order by 1") == [
        ("a", 1, True, None, '{"x":{"y":1}}'),
        ("b", 2, False, '{"a":[1,null]}', None),
        ("c", 3, None, '{"a":1}', None),
    ]
    assert result.drift == {"call_events": ("x",)}


def parquet(path: Path, **columns: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, write_page_checksum=True)


def test_parquet_types(shop: Shop) -> None:
    from datetime import UTC, datetime

    when = datetime(2025, 1, 1, 12)
    parquet(
        shop.landing / "carts/a.parquet",
        CART_ID=["a", "b", "c"],
        source_updated_at=pa.array([when] * 3, pa.timestamp("us")),
        created_at=pa.array([when.replace(tzinfo=UTC)] * 3, pa.timestamp("ns", "Europe/Berlin")),
        value=pa.array([1.5, 2.25, float("nan")]),
        currency=["EUR"] * 3,
        skus=[["x"], None, []],
        has_contact=[True, None, False],
        colour=["red", None, None],
    )
    shop.load()
    assert shop.quarantine() == [(3, "wrong_type")]
    assert shop.rows(
        "select cart_id, value::double, skus, has_contact, _extra, _row_number, "
        "epoch(source_updated_at) = epoch(created_at) from raw.carts order by 1"
    ) == [
        ("a", 1.5, '["x"]', True, '{"colour":"red"}', 1, True),
        ("b", 2.25, None, None, None, 2, True),
    ]


def test_parquet_without_a_required_column(shop: Shop) -> None:
    parquet(shop.landing / "order_items/a.parquet", order_id=["a", "b"], line_no=[1, 2])
    shop.load()
    assert shop.quarantine() == [(1, "missing_column"), (2, "missing_column")]


def test_parquet_bit_flip_is_seen(shop: Shop) -> None:
    path = shop.landing / "order_items/a.parquet"
    count = 5000
    parquet(
        path,
        order_id=[f"o{n * 7919 % count}" for n in range(count)],
        line_no=list(range(count)),
        sku=["s"] * count,
        quantity=[1] * count,
        unit_price=[float(n * 31 % 977) for n in range(count)],
    )
    data = bytearray(path.read_bytes())
    data[2000] ^= 4
    path.write_bytes(data)
    shop.load()
    assert shop.quarantine() == [(None, "unreadable_file")]


def test_parquet_columns_of_any_name_and_form(shop: Shop) -> None:
    turn = {"call_id": ["a", "b"], "turn_no": [1, 2], "speaker": ["ai", "ai"], "text": ["x", "y"]}
    names = {"file_row_number": [7, 8], "filename": ["f", "g"], "_path": ["p", "q"], "_row_number": [1, 1]}
    parquet(shop.landing / "call_turns/names.parquet", **turn, **names)
    parquet(shop.landing / "call_turns/nested.parquet", **turn | {"text": [["x"], None]})
    parquet(shop.landing / "call_turns/none.parquet")
    parquet(shop.landing / "call_turns/nul.parquet", **turn, **{"x\0y": [1, 2]})
    wide = pa.array([Decimal("1.5"), Decimal("-2")], pa.decimal256(60, 2))
    parquet(shop.landing / "call_turns/wide.parquet", **turn, start_ms=wide)
    shop.load()
    assert shop.rows("select call_id, _row_number from raw.call_turns order by 1") == [("a", 1), ("b", 2)]
    assert shop.quarantine("call_turns/nested.parquet") == [(1, "wrong_type"), (2, "missing_value")]
    for file in ("none", "nul", "wide"):
        assert shop.quarantine(f"call_turns/{file}.parquet") == [(None, "unreadable_file")]


def test_json_nested_to_the_limit(shop: Shop) -> None:
    def line(call_id: str, value: str) -> str:
        return json.dumps(TURN | {"call_id": call_id, "deep": 0}).replace('"deep": 0', f'"deep": {value}')

    lines = [
        line("a", "[" * 99 + "]" * 99),
        line("b", "[" * 100 + "]" * 100),
        line("c", "[[], " * 100 + "1" + "]" * 100),  # never many open brackets in a row
        line("d", "[" * 900_000 + "]" * 900_000),
        line("e", json.dumps("[" * 500)),
        line("f", json.dumps([{}] * 500)),
    ]
    shop.put("call_turns/a.jsonl", "\n".join(lines))
    columns = "call_id,event_seq,event_at,event_type,payload\n"
    deep = "[" * 500_000 + "]" * 500_000
    shop.put("call_events/a.csv", f"{columns}a,1,2025-01-01,lookup,{deep}\nb,1,2025-01-01,lookup,[[]]\n")
    shop.load()
    assert shop.rows("select call_id from raw.call_turns order by 1") == [("a",), ("e",), ("f",)]
    assert shop.quarantine("call_turns/a.jsonl") == [(n, "unreadable_line") for n in (2, 3, 4)]
    assert shop.quarantine("call_events/a.csv") == [(2, "wrong_type")]


def test_text_columns_hold_no_objects(shop: Shop) -> None:
    values: list[object] = [["x"], {"a": 1}, "[x", '{"a": 1}', 5]
    lines = [json.dumps(TURN | {"call_id": f"c{n}", "text": value}) for n, value in enumerate(values)]
    shop.put("call_turns/a.jsonl", "\n".join(lines))
    shop.load()
    assert shop.quarantine() == [(1, "wrong_type"), (2, "wrong_type")]
    assert shop.rows("select text from raw.call_turns order by call_id") == [("[x",), ('{"a": 1}',), ("5",)]


def test_a_nul_anywhere_in_a_line(shop: Shop) -> None:
    shop.put("order_items/a.csv", "order_id,line_no,sku,quantity,unit_price,x\na,1,s,1,1,u\0v\nb,1,s,1,1,ok\n")
    shop.put("order_items/b.csv", "order_id,line_no,sku,quantity,unit_price,x\0\na,1,s,1,1,v\n")
    shop.put("order_items/c.csv", "order_id,line_no,sku,quantity,unit_price\na,1,s,1,1\n".encode("utf-16-le"))
    lines = [json.dumps(TURN | {"x": "u\0v"}), json.dumps(TURN | {"x": "u\\u0000v"})]
    shop.put("call_turns/a.jsonl", "\n".join(lines))
    shop.load()
    assert shop.quarantine("order_items/a.csv") == [(2, "bad_encoding")]
    assert shop.quarantine("order_items/b.csv") == [(None, "unreadable_file")]
    assert shop.quarantine("order_items/c.csv") == [(None, "unreadable_file")]
    assert shop.quarantine("call_turns/a.jsonl") == [(1, "bad_encoding")]


def test_a_wrong_header_without_rows_is_seen(shop: Shop) -> None:
    shop.put("order_items/a.csv", "<html>503, sorry</html>\n")
    shop.load()
    assert shop.quarantine() == [(None, "missing_column")]
    assert shop.account("order_items/a.csv") == (1, 0, 0, 0, 1, "quarantined")
    assert shop.rows("select raw_row from ops.quarantine") == [("<html>503, sorry</html>",)]


@pytest.mark.parametrize("seed", range(12))
def test_wild_quoting_never_stops_a_load_and_no_line_is_told_twice(shop: Shop, seed: int) -> None:
    chance = Random(seed)
    pieces = [
        "a",
        '"',
        '""',
        "\n",
        "\n\n",
        ",",
        "x,1,ai,t\n",
        'y,2,human,"q\nz"\n',
        'z,3,ai,"a\n\n\nb"\n',
        "\0",
        "\x01",
    ]
    for n in range(8):
        text = "".join(chance.choice(pieces) for _ in range(60))
        shop.put(f"call_turns/{n}.csv", "call_id,turn_no,speaker,text\n" + text)
    shop.load()
    assert shop.rows("select count(*) from ops.load_ledger") == [(8,)]
    told = (
        "select _source_file, _row_number from raw.call_turns union all "
        "select _source_file, _row_number from raw.call_turns__history union all "
        "select file, row_number from ops.quarantine"
    )
    assert shop.rows(f"select * from ({told}) group by all having count(*) > 1") == []


def test_many_unknown_columns_take_one_pass(shop: Shop) -> None:
    lines = [json.dumps(TURN | {"call_id": f"c{n}", f"k{n}": n}) for n in range(2000)]
    shop.put("call_turns/a.jsonl", "\n".join(lines))
    assert len(shop.load().drift["call_turns"]) == 2000


def test_a_name_behind_a_time_is_no_time_zone(shop: Shop) -> None:
    """The engine would read every later time without an offset in that zone."""
    times = ["2025-01-01T00:00:00 NZ", "2025-01-01T00:00:00.5 NZ", "2025-01-01T00:00:00+25:00", "2025-01-01T00:00:00.5"]
    rows = "".join(f"s,{n},{time},lost\n" for n, time in enumerate(times))
    shop.put("shipment_scans/a.csv", "shipment_id,scan_id,scanned_at,status\n" + rows)
    shop.load()
    assert shop.quarantine() == [(2, "wrong_type"), (3, "wrong_type"), (4, "wrong_type")]
    assert shop.rows("select epoch(scanned_at) from raw.shipment_scans") == [(1735689600.5,)]
