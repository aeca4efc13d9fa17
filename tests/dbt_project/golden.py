"""The golden weeks: one small shop per case, kept apart by its trigger source.

Weeks: A = 2026-01-05, B = 2026-01-12, C = 2026-01-19 (nobody calls), D = 2026-01-26. As of
Monday 2026-02-02 00:00 UTC; the reporting time zone is UTC. So A and B are final for repeats, D
is over but its contacts have not been watched for seven days.
"""

from tests.dbt_project.world import World, instant

AS_OF = "2026-02-02T00:00:00Z"
WEEK_A, WEEK_B, WEEK_C, WEEK_D = "2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"


def quiet(world: World) -> None:
    """Four customers call once: confirmed, assumed, silent, transferred. One ticket, 10 min later."""
    shop = {"source_system": "quiet"}
    world.add("customers", customer_id="q1", segment="vip", region="north", tier="vip")
    world.call("quiet-1", "2026-01-06T10:00:00", customer_id="q1", order_id="oq1",
               customer_confirmed_resolved=True, talk_seconds=60, hold_seconds=30, **shop)  # fmt: skip
    world.call("quiet-2", "2026-01-06T11:00:00", customer_id="q2", **shop)
    world.call("quiet-3", "2026-01-07T10:00:00", customer_id="q3", end_reason="silence_timeout", **shop)
    world.call("quiet-4", "2026-01-08T10:00:00", customer_id="q4", owner_id="w1",
               transfer_at=instant("2026-01-08T10:01:00"), transfer_status="connected", **shop)  # fmt: skip
    world.add("owners", owner_id="w1", team="returns desk", kind="human")
    world.add("tickets", ticket_id="tq1", created_at=instant("2026-01-06T10:12:00"), channel="phone",
              customer_id="q1", order_id="oq1")  # fmt: skip
    # neither of these is an engaged call: a test, a voicemail, 9 seconds, silence
    world.call("quiet-5", "2026-01-06T12:00:00", is_test=True, **shop)
    world.call("quiet-6", "2026-01-06T12:00:00", end_reason="voicemail_reached", **shop)
    world.call("quiet-7", "2026-01-06T12:00:00", seconds=9, **shop)
    world.call("quiet-8", "2026-01-06T12:00:00", **shop)
    world.con.execute("update raw.call_turns set text = chr(160) where call_id = 'quiet-8'")


def week_edge(world: World) -> None:
    """Three first calls of week A: repeat two hours later in week B, after 168 h, after 168 h 1 s."""
    shop = {"source_system": "edge"}
    world.call("edge-1", "2026-01-11T23:00:00", customer_id="e1", order_id="oe1", **shop)
    world.call("edge-2", "2026-01-12T01:00:00", customer_id="e1", order_id="oe1", **shop)
    world.call("edge-3", "2026-01-06T10:00:00", customer_id="e2", order_id="oe2", **shop)
    world.call("edge-4", "2026-01-13T10:00:00", customer_id="e2", order_id="oe2", **shop)
    world.call("edge-5", "2026-01-06T10:00:00", customer_id="e3", order_id="oe3", **shop)
    world.call("edge-6", "2026-01-13T10:00:01", customer_id="e3", order_id="oe3", **shop)


def escalated_later(world: World) -> None:
    """Three contained calls of week A: an agent comes after 2 d, after 168 h 1 s, a transfer after 1 d."""
    shop = {"source_system": "later"}
    for number, at in ((1, "2026-01-08T10:00:00"), (2, "2026-01-13T10:00:01")):
        world.call(f"later-{number}", "2026-01-06T10:00:00", customer_id=f"l{number}",
                   order_id=f"ol{number}", **shop)  # fmt: skip
        # opened before the call, by the shop itself: an old ticket on which an agent works later
        world.add("tickets", ticket_id=f"tl{number}", created_at=instant("2026-01-01T10:00:00"),
                  channel="api", customer_id=f"l{number}", order_id=f"ol{number}")  # fmt: skip
        world.add("ticket_events", ticket_id=f"tl{number}", event_id="1", at=instant(at),
                  actor_type="agent")  # fmt: skip
    world.call("later-3", "2026-01-06T10:00:00", customer_id="l3", order_id="ol3", **shop)
    world.call("later-4", "2026-01-07T10:00:00", customer_id="l3", order_id="ol3",
               transfer_at=instant("2026-01-07T10:01:00"), **shop)  # fmt: skip


def unfinished_week(world: World) -> None:
    """Week D: repeats after 24 h and 72 h; five contacts observed for 120, 96, 132, 60 and 24 h."""
    shop = {"source_system": "unfinished"}
    world.call("km-1", "2026-01-28T00:00:00", customer_id="k1", order_id="ok1", **shop)
    world.call("km-2", "2026-01-29T00:00:00", customer_id="k1", order_id="ok1", **shop)
    world.call("km-3", "2026-01-27T12:00:00", customer_id="k2", order_id="ok2", **shop)
    world.call("km-4", "2026-01-30T12:00:00", customer_id="k2", order_id="ok2", **shop)
    world.call("km-5", "2026-02-01T00:00:00", customer_id="k3", order_id="ok3", **shop)


def waiting_for_news(world: World) -> None:
    """Three calls of week A promise an update: it comes after 30 min, after 90 min, never."""
    shop = {"source_system": "news"}
    for number, minutes in ((1, 30), (2, 90), (3, None)):
        world.call(f"news-{number}", "2026-01-06T10:00:00", seconds=600, customer_id=f"n{number}",
                   order_id=f"on{number}", **shop)  # fmt: skip
        world.add("promises", promise_id=f"p{number}", call_id=f"news-{number}", kind="update",
                  promised_at=instant("2026-01-06T10:05:00"))  # fmt: skip
        # the recap of the call flow goes out at once and is no answer
        world.add("messages", message_id=f"recap{number}", order_id=f"on{number}", purpose="recap",
                  channel="sms", is_automatic_recap=True, sent_at=instant("2026-01-06T10:11:00"),
                  delivered_at=instant("2026-01-06T10:11:00"))  # fmt: skip
        if minutes is not None:
            arrival = instant(f"2026-01-06T{10 + (10 + minutes) // 60}:{(10 + minutes) % 60:02d}:00")
            world.add("messages", message_id=f"news{number}", order_id=f"on{number}",
                      purpose="order_update", channel="email", sent_at=arrival,
                      delivered_at=arrival)  # fmt: skip


def orders_and_promises(world: World) -> None:
    """Three orders of week B with four contacts, and four shipments with promises around as_of."""
    for number, placed in ((1, "12"), (2, "13"), (3, "17")):
        world.add("customers", customer_id=f"m{number}", segment="cohort", region="south")
        world.add("orders", order_id=f"om{number}", customer_id=f"m{number}",
                  placed_at=instant(f"2026-01-{placed}T00:00:00"), currency="EUR", net=10,
                  promised_ship_by=instant("2026-03-01T00:00:00"))  # fmt: skip
    shop = {"source_system": "cohort", "customer_id": "m1", "order_id": "om1"}
    world.call("cohort-1", "2026-01-13T00:00:00", **shop)  # 24 h after placing
    world.call("cohort-2", "2026-01-16T04:00:00", **shop)  # 100 h
    world.call("cohort-3", "2026-01-27T23:00:00", **shop)  # 383 h
    world.call("cohort-4", "2026-02-01T10:00:00", **shop)  # 490 h: only this order is that old
    promise = {"promise_original_at": instant("2026-01-20T00:00:00"), "carrier": "Post"}
    arrivals = {"s1": "2026-01-20T00:00:00", "s2": "2026-01-20T00:00:01", "s3": None}
    for shipment_id, arrival in arrivals.items():
        world.add("shipments", shipment_id=shipment_id, order_id=f"om{shipment_id[1]}",
                  handover_at=instant("2026-01-18T00:00:00"),
                  delivered_at=instant(arrival) if arrival else None, **promise)  # fmt: skip
    world.add("shipments", shipment_id="s4", order_id="om1", carrier="Post",
              promise_original_at=instant("2026-02-02T00:00:01"))  # fmt: skip


def too_late(world: World) -> None:
    """Events after as_of: a call, a ticket and an order nobody knows of yet."""
    world.call("future-1", "2026-02-02T00:00:01", customer_id="q2", source_system="quiet")
    world.add("tickets", ticket_id="tf", created_at=instant("2026-02-02T00:00:01"), channel="email",
              customer_id="q2")  # fmt: skip
    world.add("orders", order_id="of", customer_id="q2", placed_at=instant("2026-02-02T00:00:01"),
              currency="EUR", net=1)  # fmt: skip


CASES = (
    quiet, week_edge, escalated_later, unfinished_week, waiting_for_news, orders_and_promises, too_late,
)  # fmt: skip
