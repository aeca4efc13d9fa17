"""Tags calls with stated reasons: turns out of the build file, predictions back into it.

Only calls that are new, changed in this run or without a tag are read; a new model version tags
everything again only on request, so a model roll-out is a decision and not a side effect.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.call_opinion import CallClassifier

TURNS_PER_BATCH = 200_000

_CREATE = """
create table if not exists raw.reason_tags (
    call_id varchar not null,
    call_key bigint not null,
    rank integer not null,
    code varchar,
    confidence double,
    status varchar not null,
    span_turn_no integer,
    span_start integer,
    span_end integer,
    span_text varchar,
    top3 json,
    taxonomy_version varchar not null,
    model_version varchar not null,
    input_hash varchar not null
)
"""

_CHOOSE = """
create or replace temp table calls_to_tag as
select calls.call_key
from raw.all_calls as calls
where
    $retag
    or calls.call_id in (select key from ops.changed_keys where entity = 'call')
    or calls.call_key not in (select call_key from raw.reason_tags)
"""

# one row for a call without turns keeps it in the stream: it is tagged not_a_contact
_TURNS = """
select
    calls.call_id,
    coalesce(turns.turn_no, 0)::integer as turn_no,
    coalesce(turns.speaker, 'ai') as speaker,
    coalesce(turns.text, '') as text
from raw.all_calls as calls
inner join calls_to_tag using (call_key)
left join raw.all_call_turns as turns on turns.call_key = calls.call_key
order by calls.call_id, turn_no
"""

_INSERT = """
insert into raw.reason_tags
select
    tags.call_id,
    (md5_number_lower(tags.call_id) >> 1)::bigint as call_key,
    tags.rank,
    tags.code,
    tags.confidence,
    tags.status,
    tags.span_turn_no,
    tags.span_start,
    tags.span_end,
    tags.span_text,
    tags.top3::json,
    tags.taxonomy_version,
    tags.model_version,
    hashes.input_hash
from tagged_batch as tags
inner join (
    select
        call_id,
        md5(string_agg(turn_no || '|' || speaker || '|' || text, chr(30) order by turn_no))
            as input_hash,
    from turn_batch
    group by call_id
) as hashes using (call_id)
"""


@dataclass(frozen=True)
class TaggingResult:
    """What one tagging step did.

    Attributes:
        calls_tagged: calls read and tagged now.
        calls_total: calls with a tag afterwards.
        statuses: calls by status afterwards.
        model_version: the version that tagged now.
    """

    calls_tagged: int
    calls_total: int
    statuses: dict[str, int]
    model_version: str


def tag_calls(
    con: duckdb.DuckDBPyConnection,
    classifier: CallClassifier,
    retag: bool = False,
    progress: Callable[[str], None] | None = None,
) -> TaggingResult:
    """Tag what is new or changed in raw.all_calls and write raw.reason_tags batch by batch.

    Every batch is a transaction of its own, so memory does not grow with the calls; a step that was cut short
    is taken up where it stopped, since calls without a tag are chosen again.

    Args:
        con: the build file, writable.
        classifier: a loaded model.
        retag: tag every call again.
        progress: called with a line of text after each batch.
    """
    con.execute(_CREATE)
    con.execute(_CHOOSE, {"retag": retag})
    con.execute(f"create or replace temp table turns_to_tag as {_TURNS}")
    to_do = _scalar(con, "select count(*) from calls_to_tag")
    con.execute("delete from raw.reason_tags where call_key in (from calls_to_tag)")
    done = 0
    for batch in _whole_calls(_read_turns(con)):
        tagged = classifier.predict_turns(batch)
        con.register("turn_batch", batch)
        con.register("tagged_batch", tagged)
        con.execute(_INSERT)
        done += len(batch["call_id"].unique())
        if progress:
            progress(f"{done:,} of {to_do:,} calls tagged")
    con.execute("drop table turns_to_tag")
    return TaggingResult(to_do, *_summary(con), classifier.model_version)


def _read_turns(con: duckdb.DuckDBPyConnection) -> Iterator[pa.Table]:
    total = _scalar(con, "select count(*) from turns_to_tag")
    for start in range(0, total, TURNS_PER_BATCH):
        end = start + TURNS_PER_BATCH
        yield con.execute(
            "select call_id, turn_no, speaker, text from turns_to_tag "
            "where rowid >= $start and rowid < $end order by rowid",
            {"start": start, "end": end},
        ).to_arrow_table()


def _whole_calls(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Cut a stream of sorted turns so that no call is spread over two batches."""
    rest: pa.Table | None = None
    for table in tables:
        joined = table if rest is None else pa.concat_tables([rest, table]).combine_chunks()
        ids = joined["call_id"]
        last = ids[len(ids) - 1]
        cut = pc.index(ids, last).as_py()
        if cut:
            yield joined.slice(0, cut)
        rest = joined.slice(cut)
    if rest is not None and len(rest):
        yield rest


def _summary(con: duckdb.DuckDBPyConnection) -> tuple[int, dict[str, int]]:
    rows = con.execute(
        "select status, count(*) from raw.reason_tags where rank = 1 group by all order by all"
    ).fetchall()
    statuses = {str(status): int(count) for status, count in rows}
    return sum(statuses.values()), statuses


def _scalar(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
