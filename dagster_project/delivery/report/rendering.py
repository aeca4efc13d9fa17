"""The templates' environment: everything from data is escaped, nothing may be missing."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dagster_project.delivery.report import breakdown, formats
from dagster_project.delivery.report.cells import Cell
from dagster_project.delivery.report.charts import bar

TEMPLATES = Path(__file__).parent / "templates"


def render_page(template: str, **shown: Any) -> str:
    """Return an HTML page with the style sheet in it."""
    css = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return environment().get_template(template).render(css=css, **shown)


def render_text(template: str, **shown: Any) -> str:
    """Return a plain text: nothing in it is escaped, because nothing reads it but people."""
    return environment(is_html=False).get_template(template).render(**shown)


def environment(is_html: bool = True) -> Environment:
    """Return the environment with the filters that all pages use."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        number=formats.number,
        percent=formats.percent,
        day=formats.day,
        week_span=formats.week_span,
        week_short=formats.week_short,
        iso_week=formats.iso_week,
        plain=formats.plain,
        sentence=formats.sentence,
        spoken=formats.spoken,
        duration=formats.duration,
    )
    env.globals.update(
        share_bar=share_bar,
        change_of=lambda cell: breakdown.change_of(cell, "share"),
        interval=lambda cell: formats.interval_text(cell.ci_low, cell.ci_high, "share"),
        share_interval=lambda low, high: formats.interval_text(low, high, "share"),
    )
    return env


def share_bar(cell: Cell, scale: float) -> Markup:
    """Return the bar of a reason's share on the common axis of its table."""
    return bar(cell.value or 0.0, cell.ci_low, cell.ci_high, scale)
