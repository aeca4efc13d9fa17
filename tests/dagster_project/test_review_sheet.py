"""A sheet goes out safe for a spreadsheet program and comes back checked line by line."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.review.cells import neutralise, restore, row_check
from dagster_project.review.decisions import import_sheet
from dagster_project.review.gold import export_gold
from dagster_project.review.sheet import COLUMNS, export_sheet
from dagster_project.settings import ConfigurationError
from dagster_project.warehouse import Warehouse
from ingest import create_raw_tables, load_landing
from tests.dagster_project.conftest import whycall

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def line(item: str = "call_1", before: str = "WISMO", **answer: str) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    keys = {"item_id": item, "code_before": before, "model_version": "m1", "row_check": row_check(item, before, "m1")}
    return row | {name: neutralise(text) for name, text in keys.items()} | answer


def sheet(path: Path, *lines: dict[str, str], delimiter: str = ",", encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(lines)
    return path


def landed(landing: Path) -> list[dict[str, str]]:
    rows = []
    for path in sorted((landing / "review_decisions").glob("*")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    return rows


@pytest.fixture
def landing(tmp_path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@given(st.text(alphabet=st.sampled_from(list("=+-@'\",; ab|\uff1d"))))
def test_neutralised_text_begins_no_formula_and_comes_back(text):
    safe = neutralise(text)
    assert restore(safe) == text
    for part in [safe, *safe.split(","), *safe.split(";"), *safe.split('"'), *safe.split("|")]:
        assert not part.lstrip(" ").startswith(("=", "+", "-", "@", "\uff1d"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", 'a","=1', "a;=1", "  =1"])
def test_known_attacks_are_defused(text):
    safe = neutralise(text)
    assert not any(mark in safe for mark in "\t\r\n")
    assert safe.split("=")[0].endswith("'") if "=" in text else safe.startswith("'")


def test_the_queue_of_a_shop_goes_out_and_comes_back(published, landing, tmp_path):
    path = tmp_path / "review.csv"
    count = export_sheet(Warehouse(published), path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert count == len(rows) > 50
    assert {row["cause"] for row in rows} >= {
        "abstained", "audit_sample", "high_value", "low_confidence_match", "sensitive", "access", "policy_exception"
    }  # fmt: skip
    assert all(row["words"] and row["row_check"] for row in rows)
    abstained = [row for row in rows if row["code_before"] == "ABSTAINED"]
    assert all(row["top_1"] and row["top_3"] for row in abstained)
    # shuffled, cut short, some answered
    chosen = sheet(
        tmp_path / "filled.csv",
        *[row | {"code_after": "WISMO", "reviewer_id": "ann"} for row in reversed(abstained[:5])],
        *rows[10:20],
    )
    result = import_sheet(chosen, landing, NOW)
    assert (result.written, result.known) == (5, 0)
    assert {row["item_id"] for row in landed(landing)} == {row["item_id"] for row in abstained[:5]}


def test_what_is_landed_is_what_the_contract_reads(landing, tmp_path):
    import_sheet(
        sheet(
            tmp_path / "s.csv",
            line("call_1", code_after="del.late.stalled", reviewer_id="ann", minutes="1,5"),
            line("call_2", decision="Confirmed", reviewer_id="ann"),
            line("call_3", decision="no_reason_stated", reviewer_id="bob", decided_at="2026-03-01T10:00:00+01:00"),
            line("call_4", decision="undecidable", reviewer_id="bob"),
            line("call_5", reviewer_id="bob"),
            line("-call_6", code_after="WISMO", reviewer_id="bob"),
        ),
        landing,
        NOW,
    )
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    create_raw_tables(con)
    load_landing(con, landing, "r1", NOW, b"key")
    assert con.execute("select count(*) from ops.quarantine").fetchone() == (0,)
    rows = con.execute(
        'select item_id, reviewer_id, decision, code_before, code_after, minutes, "at"::varchar, model_version '
        "from raw.review_decisions order by item_id"
    ).fetchall()
    at = "2026-03-02 08:00:00+00"
    assert rows == [
        ("-call_6", "bob", "confirmed", "WISMO", "WISMO", None, at, "m1"),
        ("call_1", "ann", "corrected", "WISMO", "DEL.LATE.STALLED", 1.5, at, "m1"),
        ("call_2", "ann", "confirmed", "WISMO", "WISMO", None, at, "m1"),
        ("call_3", "bob", "no_reason_stated", "WISMO", "NO_REASON_STATED", None, "2026-03-01 09:00:00+00", "m1"),
        ("call_4", "bob", "undecidable", "WISMO", None, None, at, "m1"),
    ]


def test_importing_again_writes_nothing_and_a_changed_mind_is_a_new_decision(landing, tmp_path):
    first = sheet(tmp_path / "s.csv", line(code_after="ORD.CHANGE.CANCEL", reviewer_id="ann"))
    assert import_sheet(first, landing, NOW).written == 1
    again = import_sheet(first, landing, datetime(2026, 3, 5, tzinfo=UTC))
    assert (again.written, again.known, again.path) == (0, 1, None)
    other = sheet(tmp_path / "t.csv", line(code_after="PAY.CHARGE.CHARGEBACK", reviewer_id="ann"))
    assert import_sheet(other, landing, NOW).written == 1
    assert len({row["decision_id"] for row in landed(landing)}) == 2


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_sheets_of_other_locales_are_read(landing, tmp_path, delimiter):
    path = sheet(tmp_path / "s.csv", line(code_after="ORD.CHANGE.CANCEL", reviewer_id="ann"), delimiter=delimiter)
    assert import_sheet(path, landing, NOW).written == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (line(code_after="DEL.LATE.STALED", reviewer_id="ann"), "did you mean DEL.LATE.STALLED"),
        (line(code_after="nonsense", reviewer_id="ann"), "marts.dim_reason_codes"),
        (line(code_after="WISMO"), "reviewer_id is empty"),
        (line(decision="maybe", reviewer_id="ann"), "write one of confirmed"),
        (line(decision="corrected", reviewer_id="ann"), "needs a code_after"),
        (line(decision="corrected", code_after="WISMO", reviewer_id="ann"), "write the decision confirmed"),
        (line(decision="confirmed", code_after="REFUND_ASK", reviewer_id="ann"), "write corrected"),
        (line(before="ABSTAINED", decision="confirmed", reviewer_id="ann"), "write code_after"),
        (line(decision="undecidable", code_after="WISMO", reviewer_id="ann"), "contradict"),
        (line(code_after="WISMO", reviewer_id="ann", minutes="soon"), "write for example 1.5"),
        (line(code_after="WISMO", reviewer_id="ann", decided_at="yesterday"), "ISO 8601"),
        (line(minutes="2", reviewer_id="ann"), "neither code_after nor decision"),
        (line(code_after="WISMO", reviewer_id="ann") | {"item_id": "1.2E+15"}, "not what was exported"),
        (line(code_after="WISMO", reviewer_id="ann") | {"item_id": ""}, "item_id is empty"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_written(landing, tmp_path, wrong, says):
    good = line("call_2", code_after="ORD.CHANGE.CANCEL", reviewer_id="ann")
    path = sheet(tmp_path / "s.csv", good, wrong)
    with pytest.raises(ConfigurationError, match=says) as caught:
        import_sheet(path, landing, NOW)
    assert f"{path}, line 3" in str(caught.value)
    assert not (landing / "review_decisions").exists()


def test_conflicting_lines_are_refused_and_equal_ones_are_one(landing, tmp_path):
    one = line(code_after="ORD.CHANGE.CANCEL", reviewer_id="ann")
    with pytest.raises(ConfigurationError, match="twice and differently"):
        import_sheet(sheet(tmp_path / "s.csv", one, one | {"code_after": "REFUND_ASK"}), landing, NOW)
    assert import_sheet(sheet(tmp_path / "s.csv", one, one), landing, NOW).written == 1
    assert import_sheet(sheet(tmp_path / "t.csv", one | {"reviewer_id": "bob"}), landing, NOW).written == 1


def test_files_that_are_no_sheet_are_refused(landing, tmp_path):
    cases = {
        "no such.csv": None,
        "empty.csv": b"",
        "latin.csv": "caf\u00e9".encode("latin-1"),
        "other.csv": b"a,b\n1,2\n",
    }
    for name, content in cases.items():
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ConfigurationError, match=name.split(".")[0]):
            import_sheet(path, landing, NOW)


def text_of(*lines: dict[str, str], delimiter: str = ",", end: str = "\r\n") -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(lines[0]), delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(lines)
    return file.getvalue()


GOOD = line(code_after="ORD.CHANGE.CANCEL", reviewer_id="ann")


@pytest.mark.parametrize(
    "content",
    [
        ("\ufeff" + text_of(GOOD, delimiter=";")).encode(),
        ("sep=;\r\n" + text_of(GOOD, delimiter=";")).encode(),
        text_of(GOOD, delimiter="\t").encode("utf-16"),
        text_of(GOOD | {"words": "caf\u00e9 f\u00fcr 5 \u20ac"}).encode("cp1252"),
        text_of(GOOD, end="\n").encode(),
        text_of(GOOD, end="\r").encode(),
        text_of(GOOD).replace("code_after", " Code_After ", 1).encode(),
        text_of({name: GOOD[name] for name in reversed(COLUMNS) if name not in ("minutes", "decided_at")}).encode(),
        text_of(GOOD | {"my notes": "called back"}).encode(),
        (text_of(GOOD) + text_of(GOOD)).encode(),
        text_of(GOOD).replace("\r\n", "\r\n\r\n").encode(),
        text_of(GOOD, GOOD | {"reviewer_id": "Ann"}).encode(),
    ],
    ids=[
        "BOM and ;", "sep=", "UTF-16 with tabs", "cp1252", "LF", "CR", "header rewritten", "columns moved and removed",
        "column added", "two sheets in one", "blank lines", "name in other case",
    ],
)  # fmt: skip
def test_what_spreadsheet_programs_make_of_it_is_read(landing, tmp_path, content):
    path = tmp_path / "s.csv"
    path.write_bytes(content)
    assert import_sheet(path, landing, NOW).written == 1
    (row,) = landed(landing)
    assert (row["item_id"], row["reviewer_id"], row["code_after"]) == ("call_1", "ann", "ORD.CHANGE.CANCEL")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (text_of(GOOD | {"reviewer_id": "J\u00fcrgen"}).encode("cp1252"), "save it as 'CSV UTF-8'"),
        (text_of(GOOD).encode("utf-16-le"), "not UTF-8"),
        (text_of(GOOD).encode() + b"\0\0", "not UTF-8"),
        (b"PK\x03\x04" + bytes(range(256)), "not UTF-8"),
        (text_of(GOOD).encode().strip() + b",x\r\n", "more cells than columns"),
        (text_of(GOOD).replace("item_id,cause", "item_id,item_id", 1).encode(), "item_id is there twice"),
        # a quote that was never closed would hide the lines below it
        (text_of(GOOD | {"words": "OPEN"}, GOOD).replace("OPEN", '"open', 1).encode(), "quote"),
        (text_of(GOOD | {"words": "one\r\ntwo"}).encode(), "line break"),
        (text_of(GOOD | {"item_id": "call_2"}).encode(), "not what was exported"),
        (text_of(GOOD | {"code_before": "REFUND_ASK"}).encode(), "not what was exported"),
        (text_of(GOOD | {"row_check": ""}).encode(), "not what was exported"),
        (text_of(GOOD | {"decided_at": "01.03.2026 10:00"}).encode(), "ISO 8601"),
        (text_of(GOOD | {"decided_at": "46082.4"}).encode(), "ISO 8601"),
        (text_of(GOOD | {"decided_at": "2026-03-05T10:00:00Z"}).encode(), "lies in the future"),
        (text_of(GOOD | {"reviewer_id": "\u202eann"}).encode(), "reviewer_id is no name"),
        (text_of(GOOD | {"reviewer_id": "x" * 101}).encode(), "reviewer_id is no name"),
        (text_of(GOOD | {"minutes": "00:01:30"}).encode(), "write for example 1.5"),
        (text_of(GOOD, GOOD | {"reviewer_id": "ANN", "code_after": "REFUND_ASK"}).encode(), "twice and differently"),
    ],
)
def test_what_could_be_misread_is_refused_whole(landing, tmp_path, content, says):
    path = tmp_path / "s.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=says):
        import_sheet(path, landing, NOW)
    assert not (landing / "review_decisions").exists()


@given(st.lists(st.text(max_size=40), min_size=3, max_size=3))
def test_no_cell_of_an_export_begins_a_formula_whatever_the_caller_said(texts):
    """Also not once a program has taken the file apart at another separator."""
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerow([neutralise(text) for text in texts])
    for delimiter in ",;\t|":
        for cells in csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=delimiter):
            assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_the_command_exits_with_2_for_a_wrong_line(landing, tmp_path):
    path = sheet(tmp_path / "s.csv", line(code_after="nonsense", reviewer_id="ann"))
    done = whycall("review", "import", path, "--landing", landing)
    assert done.code == 2
    assert f"{path}, line 2" in done.err


def test_labels_carry_no_disputed_call(published, tmp_path):
    result = export_gold(Warehouse(published), tmp_path / "gold.csv")
    with (tmp_path / "gold.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert result.texts == len(rows) > 100
    assert result.disputed > 0
    assert len({row["text"] for row in rows}) == len(rows)
    assert {"WISMO", "NO_REASON"} <= {row["code"] for row in rows}
    assert "NO_REASON_STATED" not in {row["code"] for row in rows}
