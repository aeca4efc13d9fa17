"""Reason tags, the run's own clock for everything after them, and themes of what fits no code."""

import dagster as dg

from dagster_project import pipeline
from dagster_project.defs.failures import readable_failures
from dagster_project.defs.ingest import raw_key
from dagster_project.defs.policies import TRY_AGAIN, WRITER
from dagster_project.defs.resources import WhycallResource


@dg.asset(
    key=["raw", "reason_tags"],
    deps=[raw_key("all_calls"), raw_key("all_call_turns")],
    group_name="raw",
    kinds={"python", "duckdb"},
    retry_policy=TRY_AGAIN,
    pool=WRITER,
)
def reason_tags(whycall: WhycallResource) -> dg.MaterializeResult:
    """Stated reason of every call: code, confidence, evidence span; new and changed calls only."""
    with readable_failures():
        result = pipeline.tag_reasons(whycall.settings())
    return dg.MaterializeResult(
        metadata={
            "calls_tagged": result.calls_tagged,
            "calls_total": result.calls_total,
            "model_version": result.model_version,
            **{f"calls_{status}": count for status, count in result.statuses.items()},
        }
    )


@dg.asset(
    key=["ops", "run_context"],
    deps=[["raw", "reason_tags"]],
    group_name="raw",
    kinds={"duckdb"},
    retry_policy=TRY_AGAIN,
    pool=WRITER,
)
def run_context(whycall: WhycallResource) -> dg.MaterializeResult:
    """One row: the instant this run takes for now, the reporting time zone, the versions."""
    with readable_failures():
        as_of = pipeline.set_context(whycall.settings())
    return dg.MaterializeResult(metadata={"as_of": dg.MetadataValue.timestamp(as_of)})


@dg.asset(
    key=["raw", "emerging_themes"],
    deps=[["raw", "reason_tags"], ["ops", "run_context"]],
    group_name="raw",
    kinds={"python", "duckdb"},
    retry_policy=TRY_AGAIN,
    pool=WRITER,
)
def emerging_themes(whycall: WhycallResource) -> dg.MaterializeResult:
    """Clusters of what the classifier abstained on, with growth; weeks that have changed only."""
    with readable_failures():
        result = pipeline.find_emerging_themes(whycall.settings())
    return dg.MaterializeResult(
        metadata={"weeks_looked_at": result.weeks_looked_at, "weeks_kept": result.weeks_kept, "themes": result.themes}
    )
