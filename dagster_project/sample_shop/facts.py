"""What a generated shop holds, and the file that says so beside the landing folder."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.sample_shop.deliver import SourceFacts
from dagster_project.sample_shop.effects import Effect
from dagster_project.sample_shop.settings import ShopSize, read_sql


@dataclass(frozen=True)
class ShopFacts:
    """A generated shop.

    Attributes:
        landing: the landing folder to give to `whycall run`.
        planted_effects: JSON file with the planted effects and the counts of every source.
        truth: Parquet file with the true reason and outcome of each call.
        calls: unique calls.
        start, end: UTC instants between which the calls lie.
        sources: source -> counts of what was written.
    """

    landing: Path
    planted_effects: Path
    truth: Path
    calls: int
    start: datetime
    end: datetime
    sources: dict[str, SourceFacts]


def measure_effects(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Return effect -> metric -> {inside, outside}, each with numerator, denominator and value."""
    con.execute(read_sql("sql/measures.sql"))
    measured: dict[str, dict[str, Any]] = {}
    rows = con.execute("select * from measures where is_inside is not null").fetchall()
    for effect_id, metric, is_inside, numerator, denominator in rows:
        cell = measured.setdefault(effect_id, {}).setdefault(metric, {})
        cell["inside" if is_inside else "outside"] = {
            "numerator": numerator,
            "denominator": denominator,
            "value": round(numerator / denominator, 4),
        }
    return measured


def write_planted_effects(
    path: Path,
    size: ShopSize,
    effects: list[Effect],
    measured: dict[str, dict[str, Any]],
    sources: dict[str, SourceFacts],
) -> None:
    """Write planted_effects.json."""
    entries = []
    for effect in effects:
        first, last = effect.week_start_dates(size)
        entries.append(
            {
                "id": effect.effect_id,
                "what": effect.what,
                "where": effect.where,
                "first_week_start_date": first.isoformat(),
                "last_week_start_date": last.isoformat(),
                "strength": effect.strength,
                "expect": effect.expect,
                "measured": measured.get(effect.effect_id, {}),
            }
        )
    document = {
        "shop": {
            "calls": size.calls,
            "weeks": size.weeks,
            "seed": size.seed,
            "start": size.start.isoformat(),
            "end": size.end.isoformat(),
            "stalled_after_hours": 120,
            "lost_after_hours": 240,
        },
        "effects": entries,
        "sources": {name: asdict(counts) for name, counts in sources.items()},
    }
    path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
