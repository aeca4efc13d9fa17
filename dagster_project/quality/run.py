"""Runs the suites on the build file and returns plain results."""

import logging
from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_project.quality.suites import SUITES, Suite


@dataclass(frozen=True)
class CheckResult:
    """What one check said.

    Attributes:
        suite: name of the suite.
        name: name of the check.
        asset: (schema, table) that it is shown on.
        passed: True = the expectation held.
        blocking: True = a failure stops the publication.
        detail: observed value or number of unexpected rows, and the remedy if it failed.
    """

    suite: str
    name: str
    asset: tuple[str, str]
    passed: bool
    blocking: bool
    detail: str


def run_suites(con: duckdb.DuckDBPyConnection, suites: tuple[Suite, ...] = SUITES) -> list[CheckResult]:
    """Run every suite on the open build file."""
    # imported here: it costs three seconds, and only this step needs it
    import great_expectations as gx

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    source = context.data_sources.add_pandas("build")
    results: list[CheckResult] = []
    for suite in suites:
        frame = con.execute(suite.frame).df()
        batches = source.add_dataframe_asset(suite.name)
        definition = batches.add_batch_definition_whole_dataframe("all")
        batch = definition.get_batch(batch_parameters={"dataframe": frame})
        for check in suite.checks:
            expectation = getattr(gx.expectations, check.expectation)(**check.arguments)
            outcome = batch.validate(expectation)
            detail = _detail(outcome.result)
            if not outcome.success:
                detail = f"{detail}; {check.remedy}"
            results.append(
                CheckResult(
                    suite.name,
                    check.name,
                    suite.asset,
                    bool(outcome.success),
                    check.blocking,
                    detail,
                )
            )
    return results


def _detail(result: dict[str, Any]) -> str:
    if "observed_value" in result:
        return f"observed {result['observed_value']}"
    return f"{result.get('unexpected_count', 0)} of {result.get('element_count', 0)} rows unexpected"
