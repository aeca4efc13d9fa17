"""A small messy landing folder about incidents: ties at edges, late versions, duplicates, nulls, unknown customers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from .world_rows import Row, Rows

AS_OF = datetime(2026, 4, 20, tzinfo=UTC)
ZONE = "Europe/Berlin"
SITE = "your website keeps throwing an error when I go to the basket"
PAY = "my card gets declined when I try to pay"
NEWS = "is there any update on the outage you had"
HARM = "I can see another customer's data in my account"
ORDER = "my parcel was meant to come on Friday and I'm still waiting for it"
STAGES = ("investigating", "identified", "identified", "monitoring", "identified", "resolved")


class IncidentWorld(Rows):
    """Seven incidents, calls around them and calls of ordinary days."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.incidents: list[Row] = []
        for number in range(40):
            self.landed_customer(number)
        for number in range(7):
            self._incident(number)
        for number in range(150):
            at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=self.random.randrange(100 * 1440))
            self.call(f"b{number}", at, self.customer(), self.random.choice([SITE, SITE, PAY, NEWS, ORDER]))
        self._around_edges()

    def _incident(self, number: int) -> None:
        pick, draw, spread = self.random.choice, self.random.random, self.random.randrange
        start = datetime(2026, 1, 11, 20, 30, tzinfo=UTC) + timedelta(days=13 * number, minutes=spread(200))
        known = {
            "first_impact_at": pick([start, start, None]),
            "detected_at": pick([start + timedelta(minutes=10), None]),
        }
        opened = start + timedelta(minutes=30)
        resolved = start + timedelta(hours=pick([3, 20])) if number < 6 else None
        row: Row = {
            "incident_id": f"i{number}", "opened_at": opened, **known, "resolved_at": resolved,
            "assigned_at": pick([opened + timedelta(minutes=5), None]), "service": pick(["checkout", "search", None]),
            "product_area": pick(["shop", None]), "region": pick(["north", None]),
            "severity_confirmed_at": pick([opened + timedelta(minutes=15), None]),
            "detected_by": pick(["monitoring", "customer", "deploy", None]),
        }  # fmt: skip
        self.incidents.append(row)
        self.add("incidents", source_updated_at=opened, **row)
        if number % 2:
            self.add("incidents", **row | {"source_updated_at": opened - timedelta(hours=1), "resolved_at": None,
                                           "detected_by": None, "service": "old"})  # fmt: skip
        self._updates(number, opened)
        self._accounts(number, start)
        for call in range(22):
            at = start + timedelta(seconds=spread(-7200, 60 * 3600) if draw() < 0.5 else spread(10800))
            link = f"i{number}" if draw() < 0.3 else None
            text = pick([SITE, SITE, PAY, NEWS, HARM, ORDER])
            self.call(f"k{number}-{call}", at, self.customer(), text, incident_id=link)
            if draw() < 0.25:
                self._ticket(f"tk{number}-{call}", at + timedelta(minutes=3), f"k{number}-{call}", link)
        for ticket in range(10):
            at = start + timedelta(minutes=spread(-60, 1500))
            self._ticket(f"tc{number}-{ticket}", at, None, f"i{number}" if draw() < 0.7 else None)
        self._written_before(number, opened)
        self._alerts(number, opened)

    def _written_before(self, number: int, opened: datetime) -> None:
        """Customers who wrote and then call: the summary comes in time, just in time, too late, never."""
        for place, seconds in enumerate((60, 1920, 1921, None)):
            ticket_id, at, customer = f"tw{number}-{place}", opened + timedelta(minutes=20 * place), f"c{20 + place}"
            self.add("tickets", ticket_id=ticket_id, source_updated_at=at, created_at=at, channel="email",
                     customer_id=customer, call_id=None, incident_id=f"i{number}", merged_into=None, solved_at=None,
                     requested_by_customer=True)  # fmt: skip
            called = at + timedelta(minutes=15)
            self.call(f"w{number}-{place}", called, customer, NEWS, incident_id=f"i{number}", is_test=False)
            if seconds is not None:
                self.add("ticket_events", ticket_id=ticket_id, event_id="w", at=called + timedelta(seconds=seconds),
                         actor_type="ai")  # fmt: skip

    def _updates(self, number: int, opened: datetime) -> None:
        for update, stage in enumerate(STAGES[: self.random.randrange(3, 7)]):
            at, own = opened + timedelta(minutes=40 * update), f"a{number}-{update}"
            self.add(
                "incident_updates", incident_id=f"i{number}", update_no=update + 1, stage=stage, at=at,
                approved_message_id=self.random.choice([own, own, None, "a-shared"]),
                expires_at=self.random.choice([None, at + timedelta(minutes=90)]),
            )  # fmt: skip

    def _accounts(self, number: int, start: datetime) -> None:
        draw, pick = self.random.random, self.random.choice
        for customer in [f"c{one}" for one in range(40)] + ["c-unknown"]:
            if draw() < 0.5:
                continue
            for version in ("v1", "v2")[pick([0, 0, 1]) :]:
                # some are added in the very moment in which the second stage begins
                added = start + timedelta(minutes=pick([20, 70, 110]) + (30 if version == "v2" else 0))
                self.add(
                    "incident_accounts", incident_id=f"i{number}", customer_id=customer, roster_version=version,
                    added_at=added, impact_level=pick(["blocked", None]), high_value=pick([True, False, None]),
                )  # fmt: skip
            for message in range(pick([0, 1, 2, 3])):
                sent = start + timedelta(minutes=pick([31, 75, 120, 160, 200, 400]))
                delivered = sent + timedelta(seconds=pick([5, 900])) if draw() < 0.85 else None
                approval = pick([*(f"a{number}-{update}" for update in range(6)), None, "a-shared", "a9-9", "a0-0"])
                self.add(
                    "messages", message_id=f"m{number}-{customer}-{message}", source_updated_at=sent,
                    customer_id=customer, incident_id=f"i{number}" if draw() < 0.9 else None, channel="email",
                    purpose="incident_update" if draw() < 0.95 else "order_update", approved_message_id=approval,
                    sent_at=sent, delivered_at=delivered,
                    clicked_at=delivered + timedelta(minutes=2) if delivered and draw() < 0.3 else None,
                    replied_at=delivered + timedelta(minutes=1) if delivered and draw() < 0.2 else None,
                )  # fmt: skip

    def _ticket(self, ticket_id: str, at: datetime, call_id: str | None, incident_id: str | None) -> None:
        draw, pick = self.random.random, self.random.choice
        self.add(
            "tickets", ticket_id=ticket_id, source_updated_at=at, created_at=at, system="desk",
            channel="phone" if call_id else pick(["email", "chat", "api"]), customer_id=self.customer(),
            call_id=call_id, incident_id=incident_id, merged_into="t-other" if draw() < 0.1 else None,
            requested_by_customer=pick([True, None]) if call_id is None else False,
            solved_at=at + timedelta(minutes=pick([30, 3000])) if draw() < 0.6 else None,
        )  # fmt: skip
        for event in range(pick([0, 1, 3])):
            self.add("ticket_events", ticket_id=ticket_id, event_id=str(event),
                     at=at + timedelta(minutes=self.random.randrange(900)),
                     actor_type=pick(["ai", "agent", "customer", "system"]))  # fmt: skip

    def _alerts(self, number: int, opened: datetime) -> None:
        pick, spread = self.random.choice, self.random.randrange
        for alert in range(6):
            about = {"incident_id": f"i{number}"} if self.random.random() < 0.6 else {"call_id": f"k{number}-{alert}"}
            self.add(
                "owner_alerts", alert_id=f"al{number}-{alert}", channel=pick(["slack", "email", "page", "page"]),
                sent_at=opened + timedelta(minutes=spread(-40, 60)), severity_rule_id=pick(["s1", None]), **about,
            )  # fmt: skip

    def _around_edges(self) -> None:
        """Calls in the first and last moment of a window, one second outside; a reconnect; three in an hour."""
        first = self.incidents[0]
        start = first["first_impact_at"] or first["detected_at"] or first["opened_at"]
        end = first["resolved_at"] + timedelta(hours=48)
        second = timedelta(seconds=1)
        for name, at in (("e0", start), ("e1", start - second), ("e2", end), ("e3", end + second)):
            self.call(name, at, "c1", SITE, transfer_at=None, is_test=False)
        self.add("incident_accounts", incident_id="i0", customer_id="c1", roster_version="v0",
                 added_at=start + timedelta(minutes=5), impact_level="blocked", high_value=True)  # fmt: skip
        cut = start + timedelta(hours=2)
        self.call("r0", cut, "c2", SITE, incident_id="i0", end_reason="system_failure", is_test=False)
        self.call("r1", cut + timedelta(minutes=4), "c2", SITE, incident_id="i0", is_test=False, transfer_at=None)
        quiet = datetime(2026, 4, 2, 12, tzinfo=UTC)
        for number, minutes in enumerate((0, 30, 60)):
            self.call(f"s{number}", quiet + timedelta(minutes=minutes), f"c{number + 3}", SITE, urgency="low",
                      is_test=False)  # fmt: skip
        late = timedelta(minutes=60, seconds=1)
        for number, after in enumerate((timedelta(0), timedelta(minutes=30), late)):
            self.call(f"n{number}", quiet + timedelta(days=2) + after, f"c{number + 6}", SITE, urgency="low",
                      is_test=False)  # fmt: skip
        self.add("owners", owner_id="o1", name="Ann", team="desk", kind="human")
        future = AS_OF + timedelta(hours=1)
        self.call("f0", future, "c3", SITE, incident_id="i6")
        self.add("incidents", incident_id="i-future", source_updated_at=future, opened_at=future)


def write_world(folder: Path, seed: int = 4) -> None:
    """Write the landing files; some rows come twice, in two files of another order."""
    world = IncidentWorld(seed)
    random = Random(seed + 1)
    for source, rows in world.rows.items():
        (folder / source).mkdir(parents=True)
        twice = [row for row in rows if random.random() < 0.1]
        random.shuffle(rows)
        for name, part in (("a", rows), ("b", twice)):
            lines = "".join(json.dumps(row) + "\n" for row in part)
            (folder / source / f"{name}.jsonl").write_text(lines)
