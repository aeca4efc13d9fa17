"""Generates a sample shop: simulate, write the landing files, write down what was planted."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.sample_shop.broken import add_broken_lines
from dagster_project.sample_shop.deliver import Delivery, SourceFacts
from dagster_project.sample_shop.effects import effect_variables, load_effects
from dagster_project.sample_shop.facts import ShopFacts, measure_effects, write_planted_effects
from dagster_project.sample_shop.settings import (
    DEFAULT_END,
    FORMATS,
    choose_size,
    load_yaml,
    read_sql,
)
from dagster_project.sample_shop.simulate import (
    set_reviews,
    set_variables,
    simulate,
    simulate_workflows,
)


def generate_shop(
    out: Path,
    calls: int,
    seed: int = 7,
    weeks: int | None = None,
    end: datetime = DEFAULT_END,
    file_format: str = "mixed",
    progress: Callable[[str], None] | None = None,
    memory_limit: str = "1400MB",
    threads: int = 2,
    with_reviews: bool = True,
    with_workflows: bool = True,
) -> ShopFacts:
    """Write a simulated shop: OUT/landing/<source>/, OUT/planted_effects.json, OUT/truth/.

    The same arguments give the same rows in the same files.

    Args:
        out: folder to write to; its landing and truth folders are replaced.
        calls: number of unique calls, at least 100.
        seed: changes every draw.
        weeks: whole weeks of calls, at least 4; without it 12, or 26 for large shops.
        end: UTC instant at which the data stop.
        file_format: 'mixed' (all formats, webhook deliveries, broken lines), or one format for
            every file ('parquet', 'csv', 'csv.gz', 'jsonl', 'jsonl.gz'; then neither webhook
            deliveries nor broken lines).
        progress: is told the name of each step.
        memory_limit: DuckDB memory limit of the simulation.
        threads: DuckDB threads of the simulation.
        with_reviews: also deliver the decisions of reviewers on the random audit.
        with_workflows: also simulate the workflows beside order support (`workflows/`); their calls come on top.

    Raises:
        ValueError: an impossible size or an unknown format.
    """
    if file_format not in FORMATS:
        raise ValueError(f"file_format is one of {', '.join(FORMATS)}, not {file_format}")
    size = choose_size(calls, seed, weeks, end)
    tell = progress or (lambda step: None)
    landing, truth, work = out / "landing", out / "truth", out / ".simulation"
    for folder in (landing, truth, work):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    effects = load_effects(size)
    is_mixed = file_format == "mixed"
    shop = load_yaml("shop.yml")
    try:
        with duckdb.connect(
            str(work / "shop.duckdb"),
            config={
                "memory_limit": memory_limit,
                "threads": threads,
                "temp_directory": str(work / "spill"),
            },
        ) as con:
            con.execute("set timezone = 'UTC'")
            con.execute("set enable_progress_bar = false")
            set_variables(con, size.variables())
            set_variables(con, effect_variables(effects, size))
            con.execute(f"set variable late_share = {shop['imperfections']['late']}")
            con.execute(f"set variable webhook_share = {shop['sizes']['webhook_share'] if is_mixed else 0}")
            set_reviews(con)
            simulate(con, tell)
            if with_workflows:
                simulate_workflows(con, tell)
            delivery = Delivery(con, landing, size, file_format)
            sources: dict[str, SourceFacts] = {}
            for source in load_yaml("deliveries.yml"):
                if source == "review_decisions" and not with_reviews:
                    continue
                if not delivery.is_delivered(source):
                    continue
                tell(f"files of {source}")
                sources[source] = delivery.write(source)
            if is_mixed:
                sources["dialnexa_webhooks"] = delivery.write_webhooks()
                add_broken_lines(landing, sources)
            tell("truth")
            truth_file = truth / "call_reasons.parquet"
            con.execute(f"copy ({read_sql('sql/truth.sql')}) to '{truth_file}' (format parquet)")
            write_workflow_truths(con, truth)
            measured = measure_effects(con)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    planted = out / "planted_effects.json"
    write_planted_effects(planted, size, effects, measured, sources)
    return ShopFacts(
        landing=landing,
        planted_effects=planted,
        truth=truth_file,
        calls=size.calls,
        start=size.start,
        end=size.end,
        sources=sources,
    )


def write_workflow_truths(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write each table truth_<name> that a workflow's script has left to FOLDER/<name>.parquet."""
    tables = con.execute(
        "select table_name from information_schema.tables where table_name like 'truth\\_%' escape '\\' order by 1"
    ).fetchall()
    for (table,) in tables:
        con.execute(f"copy {table} to '{folder / table.removeprefix('truth_')}.parquet' (format parquet)")
