"""Inline SVG: a trend with its interval band, a share bar, an interval mark.

Every function returns finished markup with a text alternative. Colours come from the page's
style sheet through class names, so charts follow light, dark and print.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from markupsafe import Markup

from dagster_project.delivery.report import formats
from dagster_project.delivery.report.scales import Scale, axis, time_unit

Axis = Callable[[float], float]
WIDTH, HEIGHT = 320, 132
LEFT, RIGHT, TOP, BOTTOM = 46, 310, 10, 110


@dataclass(frozen=True)
class Point:
    """One week of a trend; `value` is None where nothing is published."""

    week: date
    value: float | None
    low: float | None = None
    high: float | None = None
    is_provisional: bool = False


def trend_chart(points: Sequence[Point], kind: str, label: str) -> Markup:
    """Return the chart of consecutive weeks, the last of them being the reported one.

    Args:
        points: one per week, oldest first, no week left out.
        kind: how values are written, see `formats.unit_kind`.
        label: what is shown; opens the text alternative.
    """
    if all(point.value is None for point in points):
        return Markup("")
    low, high = _extent(points)
    y_ticks = axis(low, high, kind)
    y = Scale((y_ticks[0], y_ticks[-1]), (BOTTOM, TOP))
    x = Scale((0, max(len(points) - 1, 1)), (LEFT + 8, RIGHT - 6))
    parts = [
        _grid(y_ticks, y, kind, time_unit(high, kind)),
        _band(points, x, y),
        _lines(points, x, y),
        _dots(points, x, y),
        _weeks(points, x),
    ]
    return Markup('<svg class="trend" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, _alternative(points, kind, label), Markup("").join(parts)
    )


def _extent(points: Sequence[Point]) -> tuple[float, float]:
    shown = [point for point in points if point.value is not None]
    found = [number for p in shown for number in (p.value, p.low, p.high) if number is not None]
    return min(found), max(found)


def _alternative(points: Sequence[Point], kind: str, label: str) -> str:
    shown = [point for point in points if point.value is not None]
    words = ", ".join(
        f"{point.week.day} {point.week:%b} {formats.value_text(point.value, kind)}"
        + (" (provisional)" if point.is_provisional else "")
        for point in shown
    )
    return f"{label}, week by week: {words}"


def _grid(y_ticks: Sequence[float], y: Axis, kind: str, labelled_in: tuple[float, str]) -> Markup:
    every = 2 if len(y_ticks) > 5 else 1
    unit, name = labelled_in
    lines = [
        Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
            '<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>'
        ).format(
            LEFT,
            RIGHT,
            y(tick),
            y(tick),
            LEFT - 6,
            y(tick) + 3.5,
            tick_text(tick / unit, kind, name),
        )  # fmt: skip
        for tick in y_ticks[::every]
    ]
    return Markup("").join(lines)


def tick_text(tick: float, kind: str, unit: str = "") -> str:
    """Return an axis label: as short as the value allows."""
    if kind in ("share", "points"):
        return f"{tick * 100:.3g}{'%' if kind == 'share' else ' pts'}".replace("-", formats.MINUS)
    text = f"{tick:,.0f}" if abs(tick) >= 1000 else f"{tick:.4g}"
    return f"{text} {unit}".strip()


def _band(points: Sequence[Point], x: Axis, y: Axis) -> Markup:
    polygons: list[Markup] = []
    run: list[tuple[float, float, float]] = []
    for i, point in enumerate([*points, Point(date.max, None)]):
        if point.value is not None and point.low is not None and point.high is not None:
            run.append((x(i), y(point.low), y(point.high)))
            continue
        if run:
            polygons.append(_band_shape(run))
        run = []
    return Markup("").join(polygons)


def _band_shape(run: list[tuple[float, float, float]]) -> Markup:
    if len(run) == 1:
        (centre, low, high) = run[0]
        run = [(centre - 3, low, high), (centre + 3, low, high)]
    upper = [f"{at},{high}" for at, _, high in run]
    lower = [f"{at},{low}" for at, low, _ in reversed(run)]
    return Markup('<polygon class="band" points="{}"/>').format(" ".join(upper + lower))


def _lines(points: Sequence[Point], x: Axis, y: Axis) -> Markup:
    lines = [
        Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
            "line provisional" if here.is_provisional or there.is_provisional else "line",
            x(i),
            y(here.value),
            x(i + 1),
            y(there.value),
        )  # fmt: skip
        for i, (here, there) in enumerate(pairwise(points))
        if here.value is not None and there.value is not None
    ]
    return Markup("").join(lines)


def _dots(points: Sequence[Point], x: Axis, y: Axis) -> Markup:
    last = len(points) - 1
    dots = [
        Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(
            "dot provisional" if point.is_provisional else "dot",
            x(i),
            y(point.value),
            4.5 if i == last else 2.8,
        )  # fmt: skip
        for i, point in enumerate(points)
        if point.value is not None
    ]
    return Markup("").join(dots)


def _weeks(points: Sequence[Point], x: Axis) -> Markup:
    places = {0: "start", len(points) - 1: "end"}
    if len(points) > 8:
        places[(len(points) - 1) // 2] = "middle"
    words = [
        Markup('<text class="tick" x="{}" y="{}" text-anchor="{}">{}</text>').format(
            x(i), HEIGHT - 6, anchor, f"{points[i].week.day} {points[i].week:%b}"
        )
        for i, anchor in sorted(places.items())
    ]
    return Markup("").join(words)


def bar(value: float, low: float | None, high: float | None, top: float, style: str = "") -> Markup:
    """Return a horizontal bar of `value` on an axis from 0 to `top`, with its interval.

    It stretches to the width of its cell and carries no text of its own: the number beside it does.
    """
    x = Scale((0, top or 1), (0, 100))
    whisker = Markup("")
    if low is not None and high is not None:
        whisker = Markup('<line class="whisker" x1="{}" x2="{}" y1="5" y2="5"/>').format(x(low), x(min(high, top)))
    return Markup(
        '<svg class="bar {}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="10"/>'
        '<rect class="fill" width="{}" height="10"/>{}</svg>'
    ).format(style, x(min(value, top)), whisker)


def mark(value: float, low: float | None, high: float | None, domain: tuple[float, float]) -> Markup:
    """Return an interval with its value marked, on an axis shared by the rows of a table."""
    x = Scale(domain, (1, 99))
    whisker = Markup("")
    if low is not None and high is not None:
        whisker = Markup('<line class="reach" x1="{}" x2="{}" y1="5" y2="5"/>').format(
            x(max(low, domain[0])), x(min(high, domain[1]))
        )
    return Markup(
        '<svg class="mark" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<line class="base" x1="0" x2="100" y1="5" y2="5"/>{}'
        '<line class="value" x1="{}" x2="{}" y1="0.5" y2="9.5"/></svg>'
    ).format(whisker, x(value), x(value))
