"""Writes the landing files of a source: split by time, with duplicates and older versions."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import duckdb

from dagster_project.sample_shop.settings import HERE, ShopSize, load_yaml, read_sql

# columns that an export has for the delivery only
HELPERS = ("row_key", "sort_at", "part", "is_webhook", "is_older")
LARGEST_AT_ONCE = 100_000
COPY_OPTIONS = {
    "csv": "format csv, header true",
    "csv.gz": "format csv, header true, compression gzip",
    "jsonl": "format json",
    "jsonl.gz": "format json, compression gzip",
    "parquet": "format parquet, compression snappy, row_group_size 122880",
}


@dataclass
class SourceFacts:
    """What was written for one source.

    Attributes:
        files: number of files.
        rows: rows written, broken ones included.
        keys: different natural keys among the good rows.
        duplicates: rows written once more with equal content.
        older: older versions of rows.
        broken: broken rows by kind.
    """

    files: int = 0
    rows: int = 0
    keys: int = 0
    duplicates: int = 0
    older: int = 0
    broken: dict[str, int] = field(default_factory=dict)


def _columns(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, str]]:
    """Return name and type of the columns of a query, without the helpers."""
    described = con.execute(f"describe {query}").fetchall()
    return [(row[0], row[1]) for row in described if row[0] not in HELPERS]


def _select_list(columns: list[tuple[str, str]], file_format: str) -> str:
    """Return the columns as they go into a file: instants as ISO text, typed in Parquet."""
    parts = []
    for name, kind in columns:
        quoted = f'"{name}"'
        if kind != "TIMESTAMP":
            parts.append(quoted)
        elif file_format == "parquet":
            parts.append(f"{quoted}::timestamptz as {quoted}")
        else:
            parts.append(f"strftime({quoted}, '%Y-%m-%dT%H:%M:%SZ') as {quoted}")
    return ", ".join(parts)


def _older_select(columns: list[tuple[str, str]], older: dict[str, str]) -> str:
    """Return the columns of an older version."""
    changed = {"source_updated_at": "source_updated_at - interval 20 second", **older}
    return ", ".join(
        f'({changed[name]})::{kind} as "{name}"' if name in changed else f'"{name}"' for name, kind in columns
    )


def _part_names(size: ShopSize, parts: int) -> list[str]:
    """Return the file names of the parts, by the day on which each begins."""
    step = timedelta(weeks=size.weeks) / parts
    return [f"{size.start + step * number:%Y-%m-%d}" for number in range(parts)]


class Delivery:
    """Writes landing files of a simulated shop into one folder."""

    def __init__(self, con: duckdb.DuckDBPyConnection, landing: Path, size: ShopSize, file_format: str) -> None:
        """Take the simulated database, the landing folder and the format (see generate_shop)."""
        self._con = con
        self._landing = landing
        self._size = size
        self._format = file_format
        self._shares = load_yaml("shop.yml")["imperfections"]

    def write(self, source: str) -> SourceFacts:
        """Write every file of one source of deliveries.yml and return what was written."""
        plan = load_yaml("deliveries.yml")[source]
        file_format = plan["format"] if self._format == "mixed" else self._format
        folder = self._landing / source
        folder.mkdir(parents=True, exist_ok=True)
        query = self._export(source)
        # a small source is made once; a large one part by part, so that memory stays bounded
        kind = "temp table" if self._size.calls <= LARGEST_AT_ONCE else "temp view"
        self._con.execute(f"create or replace {kind} exported as {query}")
        columns = _columns(self._con, "select * from exported")
        older = plan.get("older")
        numbers = {"weekly": self._size.weeks, "batches": self._size.batches, "once": 1}
        number = numbers[plan["parts"]]
        names = _part_names(self._size, number) if number > 1 else ["all"]
        facts = SourceFacts()
        self._con.execute("create or replace temp table carried as select * from exported limit 0")
        for part, name in enumerate(names):
            path = folder / f"{source}_{name}.{file_format}"
            is_last = part == len(names) - 1
            self._write_part(part, path, file_format, columns, older, is_last, facts)
        self._con.execute(f"drop {kind.removeprefix('temp ')} exported")
        self._con.execute("drop table carried")
        return facts

    def _write_part(
        self,
        part: int,
        path: Path,
        file_format: str,
        columns: list[tuple[str, str]],
        older: dict[str, str] | None,
        is_last: bool,
        facts: SourceFacts,
    ) -> None:
        con, shares = self._con, self._shares
        has_versions = "is_older" in [row[0] for row in con.execute("describe exported").fetchall()]
        keep = "and not is_webhook" if path.name.startswith("calls_") else ""
        order = "order by sort_at, row_key" if self._size.calls <= LARGEST_AT_ONCE else ""
        con.execute(
            f"create or replace temp table part_rows as "
            f"select *, draw(row_key, 'delivered') as delivered_draw from exported "
            f"where part = {part} {keep} {order}"
        )
        twice, old = shares["duplicate"], shares["duplicate"] + shares["older"]
        plain = ", ".join(f'"{name}"' for name, _ in columns)
        now = twice if is_last else twice / 2
        rows = [
            f"select {plain} from part_rows",
            f"select {plain} from carried",
            f"select {plain} from part_rows where delivered_draw < {now}",
        ]
        if older:
            rows.append(
                f"select {_older_select(columns, older)} from part_rows "
                f"where delivered_draw >= {twice} and delivered_draw < {old}"
            )
        counts = [self._count(f"select count(*) from ({row})") for row in rows]
        versions = self._count("select count(*) from part_rows where is_older") if has_versions else 0
        chosen = _select_list(columns, file_format)
        con.execute(
            f"copy (select {chosen} from ({' union all '.join(rows)})) to '{path}' ({COPY_OPTIONS[file_format]})"
        )
        later = "" if is_last else f"where delivered_draw >= {now} and delivered_draw < {twice}"
        con.execute(
            "create or replace temp table carried as "
            f"select * exclude (delivered_draw) from part_rows {later or 'limit 0'}"
        )
        con.execute("drop table part_rows")
        facts.files += 1
        facts.rows += sum(counts)
        facts.keys += counts[0] - versions
        facts.duplicates += counts[1] + counts[2]
        facts.older += versions + (counts[3] if older else 0)

    def _export(self, source: str) -> str:
        """Return the SELECT of everything to deliver: the source's own export and what workflows have left for it."""
        parts = [f"select * from {table}" for table in self._left_by_workflows(source)]
        if (HERE / "export" / f"{source}.sql").is_file():
            parts.insert(0, f"select * from ({read_sql(f'export/{source}.sql')})")
        return " union all by name ".join(parts)

    def is_delivered(self, source: str) -> bool:
        """Return whether this shop has anything of the source."""
        return bool(self._export(source))

    def _left_by_workflows(self, source: str) -> list[str]:
        found = self._con.execute(
            "select table_name from information_schema.tables where table_name like 'landed%' order by table_name"
        ).fetchall()
        return [name for (name,) in found if name.endswith(f"__{source}")]

    def write_webhooks(self) -> SourceFacts:
        """Write the webhook deliveries of the voice platform, one file a week; keys are calls."""
        folder = self._landing / "dialnexa_webhooks"
        folder.mkdir(parents=True, exist_ok=True)
        self._con.execute(f"create or replace temp table delivered as {read_sql('export/dialnexa_webhooks.sql')}")
        facts = SourceFacts()
        for part, name in enumerate(_part_names(self._size, self._size.weeks)):
            # each line is JSON already: written as text, parted by a character that no JSON holds
            self._con.execute(
                f"copy (select line from delivered where part = {part} "
                f"order by sort_at, row_key, event_no, copy_no) "
                f"to '{folder / f'deliveries_{name}.jsonl'}' "
                "(format csv, header false, quote '', escape '', delimiter '\x02')"
            )
            facts.files += 1
        facts.rows = self._count("select count(*) from delivered")
        facts.keys = self._count("select count(distinct row_key) from delivered")
        facts.duplicates = self._count("select count(*) from delivered where copy_no > 0")
        self._con.execute("drop table delivered")
        return facts

    def _count(self, query: str) -> int:
        row = self._con.execute(query).fetchone()
        return int(row[0]) if row else 0
