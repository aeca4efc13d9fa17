"""Numbers and codes as people read them."""

from datetime import date

import pytest

from dagster_project.delivery.report import formats
from dagster_project.delivery.report.reasons import Reasons

NBSP = formats.SPACE


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "not available"),
        (0, "0 s"),
        (48.4, "48 s"),
        (372, "6 min 12 s"),
        (3000, "50 min"),
        (12000, "3 h 20 min"),
        (7200, "2 h"),
        (207360, "2.4 days"),
    ],
)
def test_durations(seconds, text):
    assert formats.duration(seconds).replace(NBSP, " ") == text


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (0.12345, "share", "12.3%"),
        (None, "share", "not available"),
        (0.0, "share", "0.0%"),
        (12345.0, "count", "12,345"),
        (0.3412, "ratio", "0.34"),
        (0.0079, "ratio", "0.0079"),
        (90, "minutes", "1 h 30 min"),
    ],
)
def test_values(value, kind, text):
    assert formats.value_text(value, kind).replace(NBSP, " ") == text


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("share", "share"),
        ("seconds", "seconds"),
        ("minutes", "minutes"),
        ("calls", "count"),
        ("contacts per order", "ratio"),
        ("exceptions per shipment in flight", "ratio"),
        (None, "ratio"),
    ],
)
def test_kinds_of_units(unit, kind):
    assert formats.unit_kind(unit) == kind


def test_changes_carry_a_sign_and_points():
    assert formats.change_text(0.0213, "share") == "+2.1 points"
    assert formats.change_text(-0.004, "share") == "\N{MINUS SIGN}0.4 points"
    assert formats.change_text(0.0001, "share") == "no change"
    assert formats.change_text(-12, "seconds").replace(NBSP, " ") == "\N{MINUS SIGN}12 s"
    assert formats.change_text(None, "share") == "not available"


def test_intervals():
    assert formats.interval_text(0.531, 0.602, "share") == "53.1\N{EN DASH}60.2%"
    assert formats.interval_text(None, 0.6, "share") == ""


def test_basis_tells_an_estimate_from_a_count():
    assert formats.basis_text(20, 100, 0.2, "share") == "20 of 100"
    assert formats.basis_text(20, 100, 0.23, "share") == "20 so far of 100"
    assert formats.basis_text(2000, 100, 20.0, "seconds") == "100 cases"
    assert formats.basis_text(None, None, None, "share") == ""


def test_weeks():
    assert formats.week_span(date(2026, 8, 3)) == "3 to 9 Aug 2026"
    assert formats.week_span(date(2026, 7, 27)) == "27 Jul to 2 Aug 2026"
    assert formats.week_span(date(2025, 12, 29)) == "29 Dec 2025 to 4 Jan 2026"
    assert formats.week_short(date(2026, 7, 27)) == "27 Jul to 2 Aug"
    assert formats.iso_week(date(2025, 12, 29)) == "2026-W01"


def test_codes_in_words():
    assert formats.plain("IN_TRANSIT_ON_TRACK") == "In transit on track"
    assert formats.plain("out_for_delivery") == "Out for delivery"
    assert formats.plain("Bluebird") == "Bluebird"


def test_units_that_depend_on_the_metric():
    assert formats.unit_kind("share", "difference") == "points"
    assert formats.unit_kind("difference of shares", "difference") == "points"
    assert formats.unit_kind("attempts", "count") == "count"
    assert formats.unit_kind("hours", "mean") == "hours"
    assert formats.unit_kind("amount per episode", "mean") == "ratio"
    assert formats.value_text(-0.031, "points") == "\N{MINUS SIGN}3.1 points"
    assert formats.interval_text(-0.01, 0.07, "points") == "\N{MINUS SIGN}1.0 points to +7.0 points"
    assert formats.value_text(2.0, "hours").replace("\xa0", " ") == "2 h"
    assert formats.value_text(-30.0, "minutes").replace("\xa0", " ") == "\N{MINUS SIGN}30 min"
    assert formats.interval_text(5.0, None, "minutes").replace("\xa0", " ") == "5 min or more"
    assert formats.interval_text(0.5, None, "share") == ""


def test_a_group_without_words_of_its_own_is_called_by_its_codes():
    named = Reasons(
        [
            {"reason_code": "DEL.FAIL.ATTEMPT_FAILED", "l1": "DEL", "reason_kind": "leaf"},
            {"reason_code": "DEL.FAIL.PICKUP_WAITING", "l1": "DEL", "reason_kind": "leaf"},
            {"reason_code": "DELIVERY_FAILED", "l1": None, "reason_kind": "group"},
        ]
    )
    assert named("DEL.FAIL").name == "Attempt failed, pickup waiting"
    assert named("DELIVERY_FAILED").name == "Delivery failed"
    assert named("DEL.FAIL.PICKUP_WAITING").name == "Pickup waiting"
