"""Landing files into raw tables, recorded by the day up to which the landing folder was taken in."""

from collections.abc import Iterator

import dagster as dg

from dagster_project import pipeline
from dagster_project.defs.dbt import MANIFEST
from dagster_project.defs.failures import readable_failures
from dagster_project.defs.partitions import DAYS
from dagster_project.defs.policies import TRY_AGAIN, WRITER
from dagster_project.defs.resources import WhycallResource
from ingest import Contract, load_contracts, union_names

LANDING = dg.AssetSpec(
    "landing_files",
    group_name="landing",
    kinds={"file"},
    description="What other systems put into LANDING/<source>/: CSV, JSONL, Parquet, gzip.",
)


def raw_key(table: str) -> dg.AssetKey:
    """Return the asset key of a raw table; dbt's sources use the same."""
    return dg.AssetKey(["raw", table])


def _columns(contract: Contract) -> dg.TableSchema:
    described = {column.name: column.description for column in contract.columns}
    return dg.TableSchema(
        columns=[dg.TableColumn(name, kind, described.get(name)) for name, kind in contract.table_columns().items()]
    )


def _specs() -> list[dg.AssetSpec]:
    specs = [
        dg.AssetSpec(
            raw_key(name),
            deps=[LANDING],
            group_name="raw",
            kinds={"duckdb", "table"},
            description=contract.grain,
            metadata={"dagster/column_schema": _columns(contract)},
        )
        for name, contract in load_contracts().items()
    ]
    specs += [
        dg.AssetSpec(
            raw_key(name),
            deps=[raw_key(source)],
            group_name="raw",
            kinds={"duckdb", "view"},
            description=f"Landed {source} united with those of {', '.join(vendors) or 'no vendor yet'}.",
        )
        for name, source, vendors in union_names()
    ]
    specs += [
        dg.AssetSpec(
            raw_key(source["name"]),
            deps=[LANDING],
            group_name="raw",
            kinds={"duckdb", "table"},
            description=source["description"],
        )
        for source in MANIFEST["sources"].values()
        # earlier versions, and what one vendor alone tells
        if "__" in source["name"]
    ]
    return specs


@dg.multi_asset(
    specs=_specs(),
    name="ingest_landing_files",
    partitions_def=DAYS,
    # the folder is read once, whatever the number of days: the ledger says what is new
    backfill_policy=dg.BackfillPolicy.single_run(),
    retry_policy=TRY_AGAIN,
    pool=WRITER,
)
def ingest_landing_files(context: dg.AssetExecutionContext, whycall: WhycallResource) -> Iterator[dg.MaterializeResult]:
    """Load new files; every row ends in one place and is counted there."""
    with readable_failures():
        result = pipeline.ingest_landing(whycall.settings())
    context.log.info(f"{result.files_new} new of {result.files_seen} files")
    for spec in context.assets_def.specs:
        counts = result.rows.get(spec.key.path[-1], {})
        metadata = {f"rows_{fate}": int(count) for fate, count in counts.items()}
        yield dg.MaterializeResult(asset_key=spec.key, metadata=metadata)
