"""Every metric is broken down by all that applies to it, from source and segment to stage, reason and phase."""

import duckdb
import pytest

CONTRACT = (
    "source", "segment", "owner", "outcome", "carrier", "region", "warehouse", "product_category", "delivery_stage",
    "reason_code", "phase",
)  # fmt: skip
COMBINED = (
    ("carrier", "region"),
    ("segment", "carrier", "region"),
    ("source", "segment"),
    ("carrier", "reason_code"),
    ("region", "reason_code"),
    ("warehouse", "reason_code"),
)
_OF_CALLS = "only a call or ticket has it"
# fact table -> dimension that does not apply to its units -> why; whoever adds a fact says so here
DOES_NOT_APPLY = {
    table: dict.fromkeys(("source", "owner", "outcome", "delivery_stage", "reason_code"), _OF_CALLS)
    for table in ("fct_orders", "fct_shipments", "int_flight_weeks")
}
DOES_NOT_APPLY["fct_order_stages"] = dict.fromkeys(("source", "owner", "outcome", "reason_code"), _OF_CALLS)
_NO_ORDER = "no order is involved"
_NO_CALL = "no call is involved"
_ORDER = ("carrier", "warehouse", "product_category", "delivery_stage")
DOES_NOT_APPLY |= {
    table: dict.fromkeys(("carrier", "warehouse", "delivery_stage"), _NO_ORDER)
    for table in ("fct_cart_calls", "fct_cart_episodes", "fct_cart_orders")
}
DOES_NOT_APPLY["fct_feedback_items"] = dict.fromkeys(
    tuple(name for name in CONTRACT if name not in ("owner", "reason_code")),
    "a recurring failure of one party, told to its owner; the party stands beside",
)
DOES_NOT_APPLY["fct_outreach_attempts"] = dict.fromkeys((*_ORDER, "reason_code"), _NO_ORDER)
DOES_NOT_APPLY |= {
    table: dict.fromkeys((*_ORDER, "source", "owner", "outcome", "reason_code"), "a customer of the week")
    for table in ("fct_opt_outs", "int_outreach_customers")
}
DOES_NOT_APPLY |= {
    table: dict.fromkeys((*_ORDER, "owner", "outcome", "reason_code"), "an account, neither a call nor an order")
    for table in ("fct_incident_accounts", "fct_incident_account_stages", "fct_incident_messages", "int_incident_churn")
}
DOES_NOT_APPLY |= {
    table: dict.fromkeys((*_ORDER, "segment", "owner", "outcome", "reason_code"), "an incident hits several segments")
    for table in ("fct_incident_alerts", "incident_review")
}
DOES_NOT_APPLY["fct_incident_signals"] = dict.fromkeys((*_ORDER, "owner", "outcome"), _NO_ORDER)
DOES_NOT_APPLY |= {
    table: dict.fromkeys(("source", "owner", "outcome", "reason_code"), _NO_CALL)
    for table in ("fct_messages", "int_messaged_orders")
}
DOES_NOT_APPLY |= {table: {"reason_code": _NO_CALL} for table in ("fct_order_exceptions", "fct_exception_actions")}
DOES_NOT_APPLY["int_investigation_groups"] = dict.fromkeys(("outcome", "reason_code"), _NO_CALL)
DOES_NOT_APPLY["fct_order_flags"] = dict.fromkeys(("owner", "outcome", "delivery_stage", "reason_code"), _NO_CALL)
DOES_NOT_APPLY["int_purchase_arms"] = dict.fromkeys(set(CONTRACT) - {"segment"}, "customers with and without a contact")
DOES_NOT_APPLY["int_ticket_units"] = dict.fromkeys(set(CONTRACT) - {"source", "segment"}, "orders know segments only")
# by arm nothing is told apart that only a contact gives: the holdout has none
NOT_BY_ARM = {"source", "owner", "outcome", "reason_code"}

pytestmark = pytest.mark.requirement("SD028", "SD035", "SD053")


@pytest.fixture(scope="module")
def con(published):
    con = duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True)
    yield con
    con.close()


@pytest.fixture(scope="module")
def metrics(con) -> dict[str, dict]:
    result = con.execute("select * from marts.dim_metrics")
    names = [column[0] for column in result.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}


def dimensions(metric: dict) -> list[str]:
    return metric["dimensions"].split(", ")


def test_a_dimension_applies_or_it_is_said_why_not(con, metrics):
    for metric_id, metric in metrics.items():
        named, table = dimensions(metric), metric["fact_table"]
        assert named == [name for name in CONTRACT if name in named], f"{metric_id}: not in the order of the contract"
        missing = set(CONTRACT) - set(named)
        if metric_id.startswith("M-22"):
            missing -= NOT_BY_ARM
        assert missing == DOES_NOT_APPLY.get(table, {}).keys(), f"{metric_id}: {table} is not sliced by {missing}"
        columns = con.execute(
            "select column_name from information_schema.columns where table_name = ?", [table]
        ).fetchall()
        assert missing.isdisjoint(name for (name,) in columns), f"{metric_id}: {table} knows {missing}"


@pytest.mark.requirement("SD003")
def test_every_slice_is_published(con, metrics):
    published = {}
    for metric_id, slice_by in con.execute("select distinct metric_id, slice_by from marts.metric_weekly").fetchall():
        published.setdefault(metric_id, set()).add(slice_by)
    with_units = con.execute("select distinct metric_id from marts.metric_weekly where denominator > 0").fetchall()
    assert len(with_units) >= 15
    for (metric_id,) in with_units:
        named = dimensions(metrics[metric_id])
        combined = ["+".join(names) for names in COMBINED if set(names) <= set(named)]
        assert published[metric_id] == {"all", *named, *combined}, metric_id


def test_values_of_a_dimension_are_told_apart(con):
    """A dimension that is unknown everywhere is no breakdown."""
    for dimension in CONTRACT:
        values = con.execute(
            f"select count(distinct {dimension}) from marts.metric_weekly where slice_by = '{dimension}' "
            f"and metric_id = 'M-04' and {dimension} not in ('unknown', '(all)')"
        ).fetchone()
        assert values[0] >= 2, dimension


@pytest.mark.requirement("SD006")
def test_orders_and_their_calls_know_the_brand(con):
    """The sample shop sells under one name; a call without an order has none."""
    assert con.execute("select distinct brand from marts.fct_orders").fetchall() == [("house",)]
    differing, known = con.execute(
        "select count(*) filter (where (calls.brand = 'house') <> (orders.order_id is not null)), "
        "count(*) filter (where calls.brand = 'house') "
        "from marts.fct_calls as calls left join marts.fct_orders as orders on calls.order_id = orders.order_id"
    ).fetchone()
    assert differing == 0
    assert known > 1000
