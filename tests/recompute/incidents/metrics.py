"""The incident metrics as observations, and their cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.recompute.metric_cells import (
    SLICES,
    Cell,
    CellKey,
    Observation,
    count,
    grouped,
    mean,
    proportion,
    update_time,
)

from .accounts import Accounts
from .churn import churn
from .contacts import (
    ESCALATED,
    MINUTE,
    REPORTS,
    SIGNATURES,
    assign,
    firing_reports,
    fits,
    incident_tickets,
    signal_from,
    signals,
    ticket_use,
)
from .known import packet
from .landing import Contact, Facts
from .responses import alerts
from .statistics import MONTH, difference, weighed_mean
from .volume import excess_shares

Plan = tuple[str, list[Observation], Callable[[list[Observation], str | None], Cell | None], tuple[str, ...]]
ACCOUNT = ("source", "segment", "region")
WEIGHT = timedelta(hours=1)


class Incidents:
    """Recomputes the cells of every incident metric."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.incidents = facts.by("incidents", "incident_id")
        self.contacts = assign(facts)
        self.tickets = incident_tickets(facts, self.contacts)
        self.accounts = Accounts(facts, self.contacts, self.week)

    def week(self, at: datetime) -> date:
        """The Monday of an instant in the reporting time zone."""
        day = at.astimezone(ZoneInfo(self.facts.zone)).date()
        return day - timedelta(days=day.weekday())

    def cells(self) -> dict[CellKey, Cell]:
        """Every cell by metric, week and slice."""
        cells: dict[CellKey, Cell] = {}
        plans = self._contact_plans() + self.accounts.plans() + self._incident_plans() + self._response_plans()
        for metric, seen, adder, dimensions in plans:
            # no launch scope has landed, so every phase is unknown
            names = {*dimensions, "phase"}
            slices = SLICES if dimensions == ("*",) else [one for one in SLICES if set(one) <= names]
            padded = [replace(one, dimensions={"phase": "unknown"} | one.dimensions) for one in seen]
            for (week, slice_by, values), group in grouped(padded, slices).items():
                cell = adder(group, self._maturity(metric, seen, week))
                if cell is not None:
                    cells[metric, week, slice_by, values] = cell
        return cells

    def _maturity(self, metric: str, seen: list[Observation], week: date) -> str | None:
        if metric != "M-35e":
            return None
        is_young = any(unit.week == week and unit.followup < MONTH for unit in seen)
        return "provisional" if is_young else "final"

    def _contact_plans(self) -> list[Plan]:
        found, excess = self.contacts, excess_shares(self.facts, self.contacts)
        uses = {one.contact_id: ticket_use(self.facts, one, self.tickets) for one in found}
        opened = [one for one in found if uses[one.contact_id][0]]
        escalated = [one for one in found if one.outcome in ESCALATED]
        urgent = [one for one in escalated if one.call and one.call["urgency"] == "urgent"]
        rising = [one for one in found if (excess.get(one.at.timestamp() // 3600) or 0) > 0]
        weighed = [
            Observation(self.week(one.at), one.dimensions, float(not one.made_ticket),
                        followup=WEIGHT * (excess[one.at.timestamp() // 3600] or 0))
            for one in rising
        ]  # fmt: skip
        is_confirmed = lambda one: self.incidents[one.incident_id]["severity_confirmed_at"] is not None  # noqa: E731
        return [
            ("M-33", self._seen(found, lambda one: not one.made_ticket), proportion, ("*",)),
            ("M-33adj", weighed, weighed_mean, ("*",)),
            ("M-33att", self._seen(opened, lambda one: uses[one.contact_id][1]), proportion, ("*",)),
            ("M-33dup", self._seen(opened, lambda one: one.made_ticket), count, ("*",)),
            ("M-36", self._seen(found, lambda one: one in urgent), proportion, ("*",)),
            ("M-36c", self._seen(urgent, is_confirmed), proportion, ("*",)),
            ("M-36p", self._seen(escalated, self._has_packet), proportion, ("*",)),
        ]

    def _seen(self, contacts: list[Contact], rule: Callable[[Contact], bool]) -> list[Observation]:
        return [Observation(self.week(one.at), one.dimensions, rule(one)) for one in contacts]

    def _has_packet(self, contact: Contact) -> bool:
        return all(packet(self.facts, contact).values())

    def _incident_plans(self) -> list[Plan]:
        firing = firing_reports(self.facts)
        plans: dict[str, list[Observation]] = {name: [] for name in ("a", "b", "c", "s", "r")}
        for name, incident in self.incidents.items():
            opened, resolved = incident["opened_at"], incident["resolved_at"]
            where = {"source": incident["detected_by"] or "unknown", "region": incident["region"] or "unknown"}
            week = self.week(opened)
            contacts = [one for one in self.contacts if one.incident_id == name]
            reports = [one.at for one in contacts if one.code not in SIGNATURES or one.code in REPORTS]
            if reports and min(reports) <= opened:
                plans["a"].append(Observation(week, where, 1, opened - min(reports), True))
            assigned = incident["assigned_at"]
            plans["b"].append(
                Observation(week, where, 1, max(assigned - opened, timedelta(0)), True)
                if assigned
                else Observation(week, where, 0, self.facts.as_of - opened, False)
            )
            plans["c"].append(Observation(week, where, max(len(contacts) - 1, 0)))
            fires = [
                report.at
                for report, _ in firing
                if fits(incident, report.code)
                and report.at >= signal_from(incident)
                and (resolved is None or report.at <= resolved)
            ]
            plans["r"].append(Observation(week, where, bool(fires)))
            if fires:
                plans["s"].append(Observation(week, where, (opened - min(fires)) / MINUTE))
        place = ("source", "region")
        return [
            ("M-35a", plans["a"], update_time, place),
            ("M-35b", plans["b"], update_time, place),
            ("M-35c", plans["c"], mean, place),
            ("M-39s", plans["s"], mean, place),
            ("M-39sr", plans["r"], proportion, place),
        ]

    def _response_plans(self) -> list[Plan]:
        seen = []
        for signal in signals(self.facts):
            first = signal["first"]
            seen.append(Observation(self.week(first.at), first.dimensions, signal["is_incident"]))
        order, pages = alerts(self.facts, self.contacts, self.tickets, self.week)
        plans: list[Plan] = [
            ("M-39sp", seen, proportion, ("source", "segment", "region", "reason_code")),
            ("M-39o", order, proportion, ("source", "region")),
            ("M-39pg", pages, count, ("source", "region")),
        ]
        for days, metric in ((30, "M-39"), (60, "M-39d60"), (90, "M-39d90")):
            plans.append((metric, churn(self.facts, days, self.week), difference, ACCOUNT))
        return plans
