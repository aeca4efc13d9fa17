"""One step of the benchmark in a process of its own: `python -m tests.bench.step STEP LANDING WAREHOUSE`.

The memory limit and the threads of DuckDB come from WHYCALL_MEMORY_LIMIT and WHYCALL_THREADS.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from dagster_project import pipeline, transform
from dagster_project.settings import DBT_PROJECT_DIR, Settings

HAND_WRITTEN = Path(__file__).parent / "hand_written"
# what the hand-written SQL publishes: metric_weekly with these metrics, and the facts that they are counted from
SAME_OUTCOME = ["+metric_weekly"]
SAME_METRICS = [
    "M-01a", "M-01b", "M-01c", "M-02", "M-04", "M-04any", "M-06", "M-07a", "M-08", "M-10", "M-11", "M-12", "M-13",
    "M-30", "M-32",
]  # fmt: skip
# an empty landing folder has no call from which a run could take its date
EMPTY_AS_OF = datetime(2026, 3, 2, tzinfo=UTC)


def ingest(settings: Settings) -> None:
    pipeline.ingest_landing(settings)


def tag(settings: Settings) -> None:
    pipeline.tag_reasons(settings)


def prepare_empty(settings: Settings) -> None:
    """Make a build with every raw table and no row in it."""
    pipeline.ingest_landing(settings)
    pipeline.tag_reasons(settings)
    pipeline.set_context(settings)
    pipeline.find_emerging_themes(settings)


def themes(settings: Settings) -> None:
    transform.prepare_manifest()
    pipeline.set_context(settings)
    pipeline.find_emerging_themes(settings)


def dbt_build(settings: Settings) -> None:
    """Build and test the whole project, and write down what each node took."""
    results = pipeline.transform_tables(settings)
    nodes = [(item.name, item.unique_id.split(".")[0], item.path, item.seconds) for item in results]
    (settings.warehouse / "nodes.json").write_text(json.dumps(nodes), encoding="utf-8")
    _stop_at_failures(results)


def checks(settings: Settings) -> None:
    pipeline.check_build(settings)


def publish(settings: Settings) -> None:
    pipeline.publish_build(settings)


def weekly_report(settings: Settings) -> None:
    pipeline.write_report(settings)


def dbt_models(settings: Settings) -> None:
    """Build the models of the hand-written outcome, without tests."""
    os.environ["DBT_INDIRECT_SELECTION"] = "empty"
    warehouse = pipeline.open_warehouse(settings)
    _stop_at_failures(transform.build(warehouse, select=SAME_OUTCOME, variables={"metric_ids": SAME_METRICS}))


def hand_written(settings: Settings) -> None:
    """Run the hand-written SQL, file by file in the order of their names."""
    with duckdb.connect(
        str(pipeline.open_warehouse(settings).build),
        config={
            "memory_limit": settings.memory_limit,
            "threads": settings.threads,
            "temp_directory": str(pipeline.open_warehouse(settings).temp),
            "preserve_insertion_order": False,
        },
    ) as con:
        con.execute("set timezone = 'UTC'")
        con.execute("set enable_progress_bar = false")
        con.execute(f"set variable seeds = '{DBT_PROJECT_DIR / 'seeds'}'")
        for path in sorted(HAND_WRITTEN.glob("*.sql")):
            con.execute(path.read_text())


def _stop_at_failures(results: list[transform.NodeResult]) -> None:
    if failed := [f"{item.name}: {item.message}" for item in results if item.is_failed]:
        sys.exit("\n".join(failed))


STEPS = {
    step.__name__: step
    for step in (
        ingest,
        tag,
        themes,
        dbt_build,
        checks,
        publish,
        weekly_report,
        prepare_empty,
        dbt_models,
        hand_written,
    )  # fmt: skip
}


if __name__ == "__main__":
    name, landing, warehouse = sys.argv[1:]
    as_of = EMPTY_AS_OF if name == "prepare_empty" else None
    STEPS[name](Settings(Path(landing), Path(warehouse), as_of=as_of))
