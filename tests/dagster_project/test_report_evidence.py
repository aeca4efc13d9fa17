"""What stands behind a line: the calls that moved it, their reasons and owners, and nobody's number."""

import duckdb
import pytest

from dagster_project.delivery.report import formats, standout
from dagster_project.delivery.report.page import read_week, render_main
from tests.dagster_project import report_warehouse as shop


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    path = shop.build(tmp_path_factory.mktemp("evidence") / "w.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def report(con):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standout, "MOST_LINES", 99)
        return read_week(con, shop.BAD_WEEK)


def behind(report, metric_id, place):
    line = next(one for one in report.stand_out.lines if one.cell.metric_id == metric_id and one.place == place)
    return line, report.evidence.get(line.cell)


def test_the_calls_are_units_of_the_figure(con, report):
    line, found = behind(report, "M-08", "Carrier Northway")
    assert line.is_up
    calls = con.execute(
        "select count(*) from marts.fct_calls where carrier = 'Northway' and is_escalated and is_engaged_inbound "
        "and week_start_date = ?",
        [shop.BAD_WEEK],
    ).fetchone()[0]
    assert found.calls == calls
    assert len(found.examples) == 3
    for call in found.examples:
        assert con.execute(
            "select carrier, is_escalated, week_start_date from marts.fct_calls where call_id = ?", [call.call_id]
        ).fetchone() == ("Northway", True, shop.BAD_WEEK)


def test_a_figure_of_shipments_leads_to_the_calls_about_them(con, report):
    _, found = behind(report, "M-32", "Carrier Northway")
    late = con.execute(
        "select count(*) from marts.fct_calls where carrier = 'Northway' and order_id is not null "
        "and is_engaged_inbound and week_start_date = ?",
        [shop.BAD_WEEK],
    ).fetchone()[0]
    assert found.calls == late


def test_the_reason_that_surely_grew_is_named_with_its_owner(report):
    _, found = behind(report, "M-08", "Carrier Northway")
    assert [part.reason.code for part in found.parts] == ["DEL.LATE.PAST_PROMISE"]
    assert found.parts[0].has_grown
    assert found.parts[0].share_before == 0
    assert found.owners == ["carrier"]


def test_a_figure_whose_units_the_registry_does_not_name_has_no_evidence(report):
    lines = [line for line in report.stand_out.lines if line.cell.metric_id == "M-01b"]
    assert lines
    assert all(line.cell not in report.evidence for line in lines)


def test_no_identifier_of_a_customer_leaves(con, report):
    html = render_main(con, report)
    assert "to listen to" in html
    for secret in ("4711-0815-99", "me@shop.example", "1234567", "c123", "o123"):
        assert secret not in html
    assert "my order [number] is late, write to [address] or [number]" in html
    assert "<b>late" not in html


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("call +49 170 1234567 please", "call [number] please"),
        ("order SO-10023 and #99812", "order [number] and [number]"),
        ("I paid 20 euros for 3 in 2025", "I paid 20 euros for 3 in [number]"),
        ("a.b@c.example said no", "[address] said no"),
        (None, ""),
        ("word " * 60, "word " * 31 + "word ..."),
    ],
)
def test_what_was_said_is_blanked(said, shown):
    assert formats.spoken(said) == shown
