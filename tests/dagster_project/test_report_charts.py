"""Charts: values land on the coordinates that the axis promises."""

import re
from datetime import date, timedelta

import pytest

from dagster_project.delivery.report.charts import (
    BOTTOM,
    TOP,
    Point,
    bar,
    mark,
    tick_text,
    trend_chart,
)
from dagster_project.delivery.report.scales import Scale, axis, nice_step, ticks, time_unit

MONDAY = date(2026, 5, 25)


def points(*values, **more):
    return [Point(MONDAY + timedelta(weeks=i), value, **more) for i, value in enumerate(values)]


def attributes(svg, tag, css_class):
    found = re.findall(rf'<{tag} class="{css_class}"([^>]*)/>', svg)
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', text)) for text in found]


def test_scale_maps_both_ends_and_the_middle():
    scale = Scale((0.2, 0.6), (100, 20))
    assert (scale(0.2), scale(0.6), scale(0.4)) == (100, 20, 60)


def test_scale_of_a_single_value_is_the_middle():
    assert Scale((5, 5), (0, 10))(5) == 5


@pytest.mark.parametrize(("extent", "target", "step"), [(1.0, 4, 0.25), (0.07, 3, 0.025), (900, 3, 500), (12, 3, 5)])
def test_steps_are_round_numbers(extent, target, step):
    assert nice_step(extent, target) == pytest.approx(step)


def test_ticks_enclose_the_values():
    found = ticks(0.513, 0.668)
    assert found[0] <= 0.513
    assert found[-1] >= 0.668
    assert len(ticks(3.0, 3.0)) >= 2


def test_axis_of_a_share_stays_between_zero_and_one():
    found = axis(0.93, 0.999, "share")
    assert found[-1] <= 1.0
    assert axis(0.0, 0.02, "share")[0] == 0.0


def test_axis_of_minutes_ticks_at_whole_hours():
    found = axis(365, 470, "minutes")
    assert time_unit(470, "minutes") == (60.0, "h")
    assert all((tick / 30) == round(tick / 30) for tick in found)


def test_trend_points_lie_on_the_ticks_they_equal():
    svg = trend_chart(points(0.5, 0.6, 0.7), "share", "Rate")
    dots = attributes(svg, "circle", "dot")
    assert [float(dot["cy"]) for dot in dots] == [BOTTOM, (BOTTOM + TOP) / 2, TOP]
    gaps = [float(b["cx"]) - float(a["cx"]) for a, b in zip(dots, dots[1:], strict=False)]
    assert gaps[0] == pytest.approx(gaps[1])
    assert float(dots[-1]["r"]) > float(dots[0]["r"])


def test_trend_band_spans_low_to_high():
    trend = [
        Point(MONDAY, 0.6, 0.5, 0.7),
        Point(MONDAY + timedelta(weeks=1), 0.6, 0.5, 0.7),
    ]
    svg = trend_chart(trend, "share", "Rate")
    band = re.search(r'class="band" points="([^"]*)"', svg).group(1)
    heights = {float(pair.split(",")[1]) for pair in band.split()}
    assert heights == {TOP, BOTTOM}


def test_trend_breaks_where_a_week_has_no_value():
    svg = trend_chart(points(0.5, None, 0.7, 0.6), "share", "Rate")
    assert len(attributes(svg, "circle", "dot")) == 3
    assert len(attributes(svg, "line", "line")) == 1


def test_provisional_weeks_are_hollow_dashed_and_named():
    trend = [*points(0.5, 0.6), Point(MONDAY + timedelta(weeks=2), 0.7, is_provisional=True)]
    svg = trend_chart(trend, "share", "Rate")
    assert len(attributes(svg, "circle", "dot provisional")) == 1
    assert len(attributes(svg, "line", "line provisional")) == 1
    assert "8 Jun 70.0% (provisional)" in svg


def test_trend_without_any_value_is_no_chart():
    assert trend_chart(points(None, None), "share", "Rate") == ""


def test_labels_are_escaped():
    svg = trend_chart(points(0.5), "share", '<b>"rate"</b>')
    assert "<b>" not in svg
    assert "&lt;b&gt;" in svg


def test_bar_and_whisker_share_one_axis():
    svg = bar(0.3, 0.2, 0.5, 0.6)
    assert 'class="fill" width="50.0"' in svg
    assert 'x1="33.33" x2="83.33"' in svg


def test_mark_shows_value_and_reach_inside_its_domain():
    svg = mark(0.75, 0.4, 1.0, (0.5, 1.0))
    assert 'class="reach" x1="1.0" x2="99.0"' in svg
    assert 'class="value" x1="50.0" x2="50.0"' in svg


def test_tick_labels_are_short():
    assert tick_text(0.625, "share") == "62.5%"
    assert tick_text(4.5, "minutes", "h") == "4.5 h"
    assert tick_text(12000, "count") == "12,000"
