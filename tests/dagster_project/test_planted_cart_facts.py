"""What is known of a cart, its contacts and its calls is what the sample shop planted."""

import duckdb
import pytest

# thresholds of the shop's two currencies, as cart_value_bands has them: below the first is low, from the second on high
BANDS = {"USD": (40, 150), "CAD": (55, 200)}
FOR_PEOPLE = {"PAY.CHECKOUT.PAYMENT_FAILED", "PRD.AVAILABILITY.STOCK_OR_RESTOCK", "SITE_TROUBLE"}


@pytest.fixture(scope="module")
def con(published, shop):
    con = duckdb.connect(str((published / "whycall.duckdb").resolve()), read_only=True)
    con.execute("set timezone = 'UTC'")
    for name in ("carts", "cart_attempts", "cart_calls"):
        con.execute(f"create temp table truth_{name} as from read_parquet('{shop}/truth/{name}.parquet')")
    yield con
    con.close()


def rows(con, query: str) -> list[tuple]:
    return con.execute(query).fetchall()


@pytest.mark.requirement("SD057", "SD061")
def test_carts_are_banded_by_their_value_and_currency(con):
    found = rows(con, "select value_band, cart_value, currency from marts.fct_cart_episodes where currency is not null")
    for band, value, currency in found:
        low, high = BANDS[currency]
        assert band == ("low" if value < low else "high" if value >= high else "middle"), (value, currency)
    assert {band for band, *_ in found} == {"low", "middle", "high"}


@pytest.mark.requirement("SD061")
def test_the_check_of_the_discount_is_kept_with_the_cart(con):
    """The agent looks in each call whether the cart may get a code; one yes is enough."""
    ((known, differing, allowed),) = rows(
        con,
        "with planted as (select cart_id, bool_or(has_offer) as is_allowed from truth_cart_attempts "
        "where channel = 'phone' and is_delivered and attempted_at < timestamp '2026-03-01' group by cart_id) "
        "select count(*), count(*) filter (where e.is_discount_eligible is distinct from t.is_allowed), "
        "count(*) filter (where t.is_allowed) "
        "from marts.fct_cart_episodes as e inner join planted as t on e.episode_id = t.cart_id "
        "where e.count_carts = 1",
    )
    assert differing == 0
    assert 10 < allowed < known - 10


@pytest.mark.requirement("SD062", "SD069", "SD070")
def test_every_attempt_has_its_channel_and_whether_it_arrived(con):
    ((missing, differing),) = rows(
        con,
        "select count(*) filter (where a.attempt_id is null), "
        "count(*) filter (where a.channel <> t.channel or a.is_delivered <> t.is_delivered) "
        "from truth_cart_attempts as t left join marts.fct_outreach_attempts as a using (attempt_id) "
        "where t.attempted_at < timestamp '2026-03-01'",
    )
    assert (missing, differing) == (0, 0)
    reached = dict(
        rows(
            con,
            "select channel, avg(is_delivered::integer) from marts.fct_outreach_attempts "
            "where is_cart_outreach group by channel",
        )
    )
    assert reached.keys() == {"phone", "email", "sms", "whatsapp"}
    assert 0 < reached["phone"] < min(reached["email"], reached["whatsapp"])


@pytest.mark.requirement("SD069", "SD070")
def test_checkout_links_go_by_email_and_whatsapp(con):
    """A message about a cart brings the link by its own channel; after a call it comes by text message."""
    sent = dict(
        rows(
            con,
            "select channel, count(*) from marts.fct_messages where purpose = 'checkout_link' group by channel",
        )
    )
    planted = dict(
        rows(
            con,
            "select channel, count(*) from truth_cart_attempts where attempted_at < timestamp '2026-03-01' "
            "group by channel",
        )
    )
    assert sent.keys() == {"email", "whatsapp", "sms"}
    # some more went out on the day of the snapshot
    for channel in ("email", "whatsapp"):
        assert planted[channel] <= sent[channel] <= 1.1 * planted[channel], channel


@pytest.mark.requirement("SD073")
def test_what_belongs_to_people_is_marked_in_calls_to_shoppers_too(con):
    heard = rows(
        con,
        "select c.must_route, t.true_code, c.disposition from marts.fct_cart_calls as c "
        "inner join truth_cart_calls as t using (call_id) "
        "where c.has_stated_reason and c.stated_reason_code = t.true_code",
    )
    assert {code for must_route, code, _ in heard if must_route} == FOR_PEOPLE
    assert not {code for must_route, code, _ in heard if not must_route} & FOR_PEOPLE
    assert any(disposition == "routed" for must_route, _, disposition in heard if must_route)
