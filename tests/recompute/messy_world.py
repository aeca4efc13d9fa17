"""Writes a small world as a messy landing folder: many formats, repeated, reordered and broken."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from .landing_schema import SOURCES
from .messy_breakage import broken_csv_lines, broken_json_lines, broken_values, with_bad_byte
from .messy_calls import Shop
from .messy_edges import EdgeCases
from .messy_files import ENDINGS, BrokenLine, FileWriter
from .messy_orders import AS_OF, Row

__all__ = ["AS_OF", "write_world"]

# what an older version of a record lacked or had otherwise; all of it matters to a figure
_EARLIER: dict[str, dict[str, Any]] = {
    "calls": {
        "ended_at": None,
        "status": "in_progress",
        "customer_id": "cu-wrong",
        "summary": None,
    },
    "customers": {"segment": "lead", "region": "Nowhere"},
    "orders": {"region": "Nowhere", "customer_id": None},
    "shipments": {"carrier": "Unassigned", "delivered_at": None, "region": "Nowhere"},
    "tickets": {"order_id": None, "channel": "api", "merged_into": None},
    "promises": {"kind": "link"},
    "messages": {"delivered_at": None, "order_id": None},
}
# a column whose value no figure reads: versions that tie on their time may differ in it
_IMMATERIAL = {
    "calls": "transcript_url",
    "call_turns": "end_ms",
    "shipment_scans": "facility",
    "tickets": "record_url",
    "owners": "name",
}
# rows that travel in one file, so that the ledger of a file does not depend on which of them wins
Bundle = list[Row]


def write_world(landing: Path, seed: int = 7, calls: int = 450) -> None:
    """Write every source of one seeded world below `landing`."""
    random = Random(seed)
    shop = Shop(seed, calls)
    rows = shop.build()
    EdgeCases(shop).add_all()
    writer = FileWriter(random)
    for source, records in rows.items():
        bundles = _bundles(source, records, random)
        _write_source(landing, source, bundles, writer)
    _write_oddities(landing, rows["calls"], writer)


def _bundles(source: str, records: list[Row], random: Random) -> list[Bundle]:
    """Each record as it is delivered: at least once, with older versions, in any order."""
    bundles: list[Bundle] = []
    for record in records:
        copies, updated = random.random(), record.get("source_updated_at")
        bundle = [record]
        bundles.append(bundle)
        if copies < 0.08:
            bundles.append([dict(record)])
        elif copies < 0.1 and source in _IMMATERIAL:
            # never beside a further copy elsewhere: which of the two wins is not ours to say
            spare = "99999" if _IMMATERIAL[source] == "end_ms" else "second copy"
            bundle.append({**record, _IMMATERIAL[source]: spare})
        if updated is not None and random.random() < 0.15:
            bundles += _older_versions(source, record, updated, random)
    random.shuffle(bundles)
    return bundles


def _older_versions(source: str, record: Row, updated: datetime, random: Random) -> list[Bundle]:
    older = {**record, **_EARLIER[source], "source_updated_at": updated - timedelta(minutes=41)}
    oldest = {**older, "source_updated_at": updated - timedelta(days=2)}
    # an older version may come twice: then one is superseded and the other a duplicate
    return random.choice([[[older]], [[older], [oldest]], [[older], [dict(older)]]])


def _write_source(landing: Path, source: str, bundles: list[Bundle], writer: FileWriter) -> None:
    random = writer.random
    endings = [*ENDINGS, "csv", "jsonl"]
    random.shuffle(endings)
    files: list[list[Row | BrokenLine]] = [[] for _ in endings]
    for bundle in bundles:
        random.choice(files).extend(bundle)
    for number, (ending, content) in enumerate(zip(endings, files, strict=True)):
        random.shuffle(content)
        _break_some(source, ending, content, random)
        folder = random.choice(["", "2024/", "late deliveries/part 1/"])
        writer.write(
            landing / source / f"{folder}{random.randrange(16**6):06x}-{number}.{ending}",
            source,
            content,
        )


def _break_some(source: str, ending: str, content: list[Row | BrokenLine], random: Random) -> None:
    """Insert broken rows at random places."""
    good = [row for row in content if isinstance(row, dict)]
    if not good:
        return
    broken: list[Row | BrokenLine] = list(broken_values(source, random.choice(good), random))
    broken = random.sample(broken, min(len(broken), 8))
    broken.append({})
    if "jsonl" in ending:
        broken += broken_json_lines(source, random.choice(good))
    elif "csv" in ending:
        broken += broken_csv_lines()
    if ending != "parquet":
        broken.append(with_bad_byte(source, random.choice(good)))
    for row in broken:
        content.insert(random.randrange(len(content) + 1), row)
    if "csv" in ending and random.random() < 0.5:
        # a file cut in the middle of a quoted field swallows everything to its end
        content.append(BrokenLine(b'cut,"in the middle of a quoted'))


def _write_oddities(landing: Path, calls: list[Row], writer: FileWriter) -> None:
    """Files that are odd as a whole."""
    folder = landing / "calls"
    extra = [{**row, "call_id": f"{row['call_id']}-x", "campaign": "autumn", "Score": "7"} for row in calls[:6]]
    writer.write(folder / "with extra columns.csv", "calls", list(extra))
    newest = [{**row, "source_updated_at": AS_OF, "summary": "must not win"} for row in calls[:5]]
    required = SOURCES["calls"].required
    lacking = [{name: row[name] for name in required if name != "status"} for row in newest]
    header = ",".join(name for name in required if name != "status")
    lines = [",".join(writer.text_of("calls", name, row[name]) for name in row) for row in lacking]
    (folder / "without a required column.csv").write_text("\n".join([header, *lines, ""]))
    (folder / "only a header.csv").write_text(",".join(required) + "\n")
    (folder / "nothing.jsonl").write_text("")
    (folder / "notes.txt").write_text("not a delivery\n")
    twice = next(path for path in sorted(folder.rglob("*.csv")) if "-" in path.name)
    shutil.copy(twice, folder / "the same bytes again.csv")
    unknown = landing / "weather" / "today.csv"
    unknown.parent.mkdir()
    unknown.write_text("city,temperature\nBerlin,12\n")
