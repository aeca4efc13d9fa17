"""The published warehouse finds what was planted in the incidents of the sample shop (truth/incidents.parquet)."""

import duckdb
import pytest


@pytest.fixture(scope="module")
def con(published):
    con = duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True)
    con.execute("set timezone = 'UTC'")
    yield con
    con.close()


@pytest.fixture(scope="module")
def truth(shop) -> dict[str, dict]:
    """The planted numbers of each incident."""
    path = shop / "truth" / "incidents.parquet"
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        result = con.execute(f"select * from read_parquet('{path}')")
        columns = [column[0] for column in result.description]
        rows = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    return {row["incident_id"]: row for row in rows}


def review(con, incident_id: str, columns: str) -> tuple:
    return con.execute(f"select {columns} from marts.incident_review where incident_id = ?", [incident_id]).fetchone()


@pytest.mark.requirement("SD121", "SD137", "SD142")
@pytest.mark.parametrize("incident_id", ["inc-1", "inc-2"])
def test_the_signal_comes_with_the_third_caller(con, truth, incident_id):
    """SD121, SD137, SD142 five callers in a row report it; the classifier may abstain on one or two of them."""
    planted = truth[incident_id]
    signal_at, lead = review(con, incident_id, "signal_at, signal_lead_minutes")
    assert planted["signal_at_earliest"] <= signal_at <= planted["signal_at_latest"]
    assert lead == pytest.approx((planted["opened_at"] - signal_at).total_seconds() / 60)
    assert lead > 10


@pytest.mark.requirement("SD137", "SD142")
def test_the_false_alarm_is_a_signal_without_incident(con, truth):
    """SD137, SD142 precision has something to lose."""
    planted = truth["false-alarm"]
    rows = con.execute(
        "select is_incident, first_arm from marts.fct_incident_signals "
        "where signature = 'SITE_TROUBLE' and signal_at between ? and ?",
        [planted["first_impact_at"], planted["signal_at_latest"]],
    ).fetchall()
    assert rows == [(False, "several_customers")]


@pytest.mark.requirement("SD119", "SD128", "SD129", "SD132")
@pytest.mark.parametrize("incident_id", ["inc-1", "inc-2"])
def test_roster_and_updates_are_counted_whole(con, truth, incident_id):
    """SD119, SD128, SD132 accounts, updated accounts and the updates each stage owed them."""
    planted = truth[incident_id]
    accounts, updated = review(con, incident_id, "count_accounts, count_updated_accounts")
    assert (accounts, updated) == (planted["accounts"], planted["accounts_updated"])
    stages = con.execute(
        "select count(*), count_if(is_updated) from marts.fct_incident_account_stages where incident_id = ?",
        [incident_id],
    ).fetchone()
    assert stages == (planted["account_stages"], planted["account_stages_updated"])


@pytest.mark.requirement("SD119")
def test_the_roster_grows_by_version(con, truth):
    """SD119 the denominator grows with the versions."""
    rows = con.execute(
        "select count_accounts, count_accounts_new from marts.incident_roster_versions "
        "where incident_id = 'inc-1' order by roster_version"
    ).fetchall()
    sizes = [row[0] for row in rows]
    assert sizes == sorted(sizes)
    assert sizes[-1] == truth["inc-1"]["accounts"] == sum(row[1] for row in rows)


@pytest.mark.requirement("SD128", "SD141")
def test_updates_need_their_planted_time(con):
    """SD128, SD141 the delay is 1 + 40 u^2 minutes for 88 in 100; half of all accounts are told at u = 0.5 / 0.88."""
    for (median,) in con.execute(
        "select value from marts.metric_weekly where metric_id = 'M-35' and slice_by = 'all' and denominator > 300"
    ).fetchall():
        assert median == pytest.approx(1 + 40 * (0.5 / 0.88) ** 2, rel=0.25)


@pytest.mark.requirement("SD120", "SD125")
def test_each_unapproved_statement_is_found(con, truth):
    """SD120, SD125 must be 0, and is not."""
    planted = sum(row["unapproved_statements"] or 0 for row in truth.values())
    assert planted == 4
    (found,) = con.execute(
        "select sum(numerator) from marts.metric_weekly where metric_id = 'M-34u' and slice_by = 'all'"
    ).fetchone()
    assert found == planted
    kinds = con.execute(
        "select approval, count(*) from marts.fct_incident_messages where not is_approved group by 1 order by 1"
    ).fetchall()
    assert kinds == [("expired", 1), ("no_approval", 1), ("unknown_approval", 2)]


@pytest.mark.requirement("SD138", "SD139", "SD142")
def test_pages_before_the_ticket_are_found(con, truth):
    """SD138, SD139 pages without confirmed severity, and before the ticket."""
    planted = sum(row["alerts_out_of_order"] for row in truth.values())
    (in_order, alerts) = con.execute(
        "select sum(numerator), sum(denominator) from marts.metric_weekly "
        "where metric_id = 'M-39o' and slice_by = 'all'"
    ).fetchone()
    assert alerts - in_order == planted == 2
    (unconfirmed,) = con.execute(
        "select sum(numerator) from marts.metric_weekly where metric_id = 'M-39pg' and slice_by = 'all'"
    ).fetchone()
    assert unconfirmed == 2


@pytest.mark.requirement("SD127")
def test_calls_go_into_the_tickets_that_are_open(con, truth):
    """SD127 attached to the existing ticket instead of a new one."""
    attached = con.execute("select count(*) from marts.fct_incident_contacts where is_attached").fetchone()[0]
    planted = sum(row["attached"] or 0 for row in truth.values())
    # an account that calls or writes twice within the half hour can lend or borrow an entry
    assert attached == pytest.approx(planted, rel=0.1)
    assert planted > 5


@pytest.mark.requirement("SD136", "SD141")
def test_affected_accounts_leave_more_often(con):
    """SD136, SD141 planted: 16 in 100 more within four weeks, of the incident that was observed for so long."""
    value, low, high = con.execute(
        "select value, ci_low, ci_high from marts.metric_weekly "
        "where metric_id = 'M-39' and slice_by = 'all' and denominator > 0"
    ).fetchone()
    assert 0 < low < 0.16 < high
    assert value > 0.05


@pytest.mark.requirement("SD122", "SD131", "SD132", "SD133", "SD134", "SD135", "SD141")
def test_every_measure_of_an_incident_is_published(con):
    """SD122, SD131 to SD136, SD141 each metric of the workflow has a value."""
    published = {
        row[0]
        for row in con.execute(
            "select distinct metric_id from marts.metric_weekly where denominator > 0 and slice_by = 'all'"
        ).fetchall()
    }
    registered = {
        row[0] for row in con.execute("select metric_id from marts.dim_metrics where workflow = 'incident'").fetchall()
    }
    # nothing has been observed for 90 days in a shop of twelve weeks
    assert registered - published == {"M-39d90"}


@pytest.mark.requirement("SD123")
def test_three_things_start_the_workflow(con):
    """SD123 an open incident, a spike of calls, or a customer's call."""
    kinds = con.execute("select distinct trigger_kind from marts.fct_incident_contacts order by 1").fetchall()
    assert [row[0] for row in kinds] == ["customer_call", "incident_status", "support_spike"]


@pytest.mark.requirement("SD120", "SD126", "SD140")
def test_escalations_have_an_owner_and_a_packet(con):
    """SD126, SD140 transferred calls go to people; a packet is incomplete where the shop left out a link."""
    rows = con.execute(
        "select escalation_owner_kind, is_packet_complete, packet_has_transcript_link "
        "from marts.fct_incident_contacts where is_escalated"
    ).fetchall()
    assert {row[0] for row in rows} >= {"human"}
    assert {row[1] for row in rows} == {True, False}
    assert not any(complete and not has_link for _, complete, has_link in rows)


@pytest.mark.requirement("SD129")
def test_the_review_tells_accounts_themes_and_timeline(con):
    """SD129 what a post-incident review needs; the story of an incident comes in order."""
    themes, stage = review(con, "inc-1", "reason_themes, last_stage")
    assert themes.startswith("INC.OUTAGE.SERVICE_FAILURE_REPORT")
    assert stage == "postmortem"
    events = con.execute(
        "select event from marts.incident_timeline where incident_id = 'inc-1' and event <> 'alert' order by at_moment"
    ).fetchall()
    told = list(dict.fromkeys(row[0] for row in events))
    order = ["first_impact", "first_report", "signal", "detected", "opened"]
    assert told[: len(order)] == order
