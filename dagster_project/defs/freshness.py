"""Late sources and a late publication, found from outside of a run and told like any other failure."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from dagster_project.defs.failures import CHECK_FAILED, failure, readable_failures
from dagster_project.defs.ingest import LANDING, raw_key
from dagster_project.defs.resources import ReaderResource
from dagster_project.pipeline import open_warehouse
from dagster_project.quality.freshness import (
    Freshness,
    limits,
    publication_freshness,
    published_limit,
    source_freshness,
)
from ingest import load_contracts

PUBLISHED = dg.AssetKey(["published", "warehouse"])


def _asset_of(source: str) -> dg.AssetKey:
    """A landed source is shown on its raw table, a vendor's folder on the landing folder."""
    return raw_key(source) if source in load_contracts() else LANDING.key


def _name_of(source: str) -> str:
    return "delivers_in_time" if source in load_contracts() else f"{source}_delivers_in_time"


def _specs() -> list[dg.AssetCheckSpec]:
    specs = [
        dg.AssetCheckSpec(_name_of(source), asset=_asset_of(source), description=f"A new file every {hours:g} hours.")
        for source, hours in limits().items()
    ]
    words = f"A publication every {published_limit():g} hours."
    return [*specs, dg.AssetCheckSpec("is_published_in_time", asset=PUBLISHED, description=words)]


@dg.multi_asset_check(specs=_specs(), name="freshness", can_subset=True)
def freshness_checks(
    context: dg.AssetCheckExecutionContext, published: ReaderResource
) -> Iterator[dg.AssetCheckResult]:
    """Ask the ledger when each source last delivered, and the runs when one was last published."""
    now = datetime.now(UTC)
    with readable_failures():
        warehouse = open_warehouse(published.settings())
        with warehouse.connect_published() as con:
            sources = source_freshness(con, now)
        publication = publication_freshness(warehouse.runs(), now)
    found = {dg.AssetCheckKey(_asset_of(item.name), _name_of(item.name)): item for item in sources}
    found[dg.AssetCheckKey(PUBLISHED, "is_published_in_time")] = publication
    asked = {key: item for key, item in found.items() if key in context.selected_asset_check_keys}
    for key, item in asked.items():
        yield _result(key, item)
    late = [item.words for item in asked.values() if not item.is_fresh]
    if late:
        # a failed check alone would be silent; a failed run is told by the alert
        raise failure(f"late: {'; '.join(late)}", CHECK_FAILED)


def _result(key: dg.AssetCheckKey, item: Freshness) -> dg.AssetCheckResult:
    metadata: dict[str, str | float] = {"finding": item.words, "limit_hours": item.limit_hours}
    if item.hours is not None:
        metadata["hours"] = item.hours
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=item.is_fresh,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )
