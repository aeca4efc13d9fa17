"""Writes the pages that derive from definitions: the landing contract, metrics, coverage, dictionary."""

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jinja2

from dagster_project.analysts.dictionary import write_dictionary
from dagster_project.coverage import COVERAGE_PAGE, render_coverage
from dagster_project.settings import DBT_PROJECT_DIR, PROJECT_ROOT
from ingest.docs import render_landing, render_reasons

CONTRACT_PAGE = PROJECT_ROOT / "ingest" / "CONTRACT.md"
METRICS_PAGE = DBT_PROJECT_DIR / "METRICS.md"
_MACRO = re.compile(r"\{%-? macro (?P<name>\w+)\(.*?\{%-? endmacro -?%\}", re.DOTALL)
_DIRECTIONS = {"up": "higher", "down": "lower", "none": ""}


class _Returned(Exception):
    """What a macro returns with `do return(...)`, which plain Jinja does not know."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def _return(value: Any) -> None:
    raise _Returned(value)


def metric_definitions() -> list[dict[str, Any]]:
    """Return the metrics as dbt_project/macros/metric_definitions.sql and its folder metrics define them.

    Each macro is a template of its own, so that macros find one another as they do in dbt.
    """
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    environment.globals.update({"return": _return, "var": lambda name, default: default})

    def called(source: str, name: str, *arguments: Any) -> Any:
        try:
            return getattr(environment.from_string(source).module, name)(*arguments)
        except _Returned as returned:
            return returned.value

    macros = DBT_PROJECT_DIR / "macros"
    macros_by_name: dict[str, Callable[..., Any]] = {}
    for path in [*sorted((macros / "metrics").glob("*.sql")), macros / "metric_definitions.sql"]:
        for macro in _MACRO.finditer(path.read_text(encoding="utf-8")):
            macros_by_name[macro["name"]] = partial(called, macro[0], macro["name"])
    environment.globals.update(macros_by_name)
    definitions: list[dict[str, Any]] = macros_by_name["metric_definitions"]()
    return definitions


def render_metrics() -> str:
    """Return the page of the metrics: a table per workflow with id, name, formula in words, better direction, unit."""
    lines = ["# The metrics", ""]
    lines += ["Made by `make docs` from `macros/metrics/`; a test compares. `marts.dim_metrics` holds the same."]
    workflow = None
    for item in metric_definitions():
        if item["workflow"] != workflow:
            workflow = item["workflow"]
            lines += ["", f"## {workflow}", ""]
            lines += ["| id | metric | numerator / denominator | better | unit |", "| --- | --- | --- | --- | --- |"]
        better = _DIRECTIONS[item["direction"]]
        lines.append(f"| {item['id']} | {item['name']} | {item['formula']} | {better} | {item['unit']} |")
    return "\n".join(lines) + "\n"


def render_contract() -> str:
    """Return the landing contract as one Markdown page."""
    note = "Made by `make docs` from `ingest/contracts/`; a test compares.\n"
    return f"{render_landing().rstrip()}\n\n{render_reasons().rstrip()}\n\n{note}"


def write(path: Path, text: str) -> None:
    """Write a page and say so."""
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path.relative_to(PROJECT_ROOT)}\n")


if __name__ == "__main__":
    write(CONTRACT_PAGE, render_contract())
    write(COVERAGE_PAGE, render_coverage())
    write(METRICS_PAGE, render_metrics())
    sys.stdout.write(f"{write_dictionary().relative_to(PROJECT_ROOT)}\n")
