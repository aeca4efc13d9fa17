"""`whycall classify`: JSON lines in, codes with confidence and evidence out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import duckdb

from dagster_project.models import load_model, with_opinion
from dagster_project.settings import MODEL_DIR, ConfigurationError
from dagster_project.text_lines import first_fault, without_mark

_READ = """
create table lines as
select row_number() over () as line, id, "text", turns
from read_json(
    $path,
    format = 'newline_delimited',
    columns = {'id': 'JSON', 'text': 'JSON', 'turns': 'JSON'}
)
"""

# a turn without a speaker is the customer's, as in training files
_TURNS = """
create table turns as
select
    line::varchar as call_id,
    turn_no,
    said,
    case
        when lower(trim(said ->> 'speaker')) in ('caller', 'user', 'client') then 'customer'
        else coalesce(lower(trim(said ->> 'speaker')), 'customer')
    end as speaker,
    coalesce(said ->> 'text', '') as "text"
from (
    select line, 1 as turn_no, json_object('text', "text") as said
    from lines
    where turns is null
    union all
    select line, unnest(range(1, len(list) + 1)) as turn_no, unnest(list) as said
    from (select line, from_json(turns, '["JSON"]') as list from lines where json_type(turns) = 'ARRAY') as lists
) as unnested
"""

# what would be read as something else, or as nothing
_FAULTS = """
select
    exists(
        select 1 from lines
        where
            coalesce(json_type(id), 'NULL') not in ('VARCHAR', 'UBIGINT', 'BIGINT', 'DOUBLE')
            or coalesce("text", turns) is null
            or json_type(turns) <> 'ARRAY'
    )
    or exists(
        select 1 from turns
        where
            coalesce(json_type(said), 'NULL') <> 'OBJECT'
            or coalesce(json_type((said -> 'text')), 'NULL') not in ('VARCHAR', 'NULL')
            or coalesce(json_type((said -> 'speaker')), 'NULL') not in ('VARCHAR', 'NULL')
    )
"""

_STRANGERS = """
select string_agg(distinct speaker, ', ' order by speaker), count(*)
from turns
where speaker not in ('customer', 'ai', 'human', 'agent', 'assistant', 'bot', 'system')
having count(*) > 0
"""

_RESULT = """
select
    any_value(lines.id) as id,
    any_value(tags.code) filter (where tags.rank = 1) as code,
    coalesce(list(tags.code order by tags.rank) filter (where tags.code is not null), []) as codes,
    any_value(case
        when contains(tags.code, '.') then array_to_string(split(tags.code, '.')[:2], '.')
        else tags.code
    end) filter (where tags.rank = 1) as "group",
    coalesce(any_value(tags.confidence) filter (where tags.rank = 1), 1.0) as confidence,
    coalesce(any_value(tags.status) filter (where tags.rank = 1), 'not_a_contact') as status,
    any_value({
        'turn_no': tags.span_turn_no, 'start': tags.span_start, 'end': tags.span_end,
        'text': tags.span_text
    }) filter (where tags.rank = 1 and tags.span_turn_no is not null) as span,
    coalesce(any_value(tags.top3::json) filter (where tags.rank = 1), '[]'::json) as top3
from lines
left join tags on tags.call_id = lines.line::varchar
group by lines.line
order by lines.line
"""


def classify_file(source: Path, output: Path | None, model: Path | None = None, second_opinion: bool = False) -> int:
    """Classify a file of JSON lines {id, text} or {id, turns: [{speaker, text}]}.

    Args:
        source: the file; gzip is read by its ending.
        output: the file to write; None = standard output.
        model: folder of the model; None = the shipped one.
        second_opinion: ask the sentence encoder about unsure calls.

    Returns:
        The number of lines classified, one output line each in the same order.

    Raises:
        ConfigurationError: the file or the model is missing or cannot be read, or a line is not such an object.
    """
    if not source.is_file():
        raise ConfigurationError(f"no such file: {source}")
    folder = model or MODEL_DIR
    classifier = with_opinion(folder) if second_opinion else load_model(folder)
    with duckdb.connect() as con, _line_named(source):
        with without_mark(source) as path:
            con.execute(_READ, {"path": str(path)})
        con.execute(_TURNS)
        if con.sql(_FAULTS).fetchall()[0][0]:
            raise duckdb.InvalidInputException("a line of another form")
        for names, count in con.sql(_STRANGERS).fetchall():
            click.echo(f"{source}: {count} turns of {names} are not read as the customer's", err=True)
        turns = con.sql('select call_id, turn_no, speaker, "text" from turns order by call_id::bigint, turn_no')
        con.register("tags", classifier.predict_turns(turns.to_arrow_table()))
        target = str(output or "/dev/stdout").replace("'", "''")
        try:
            con.execute(f"copy ({_RESULT}) to '{target}' (format json)")
        except duckdb.IOException as error:
            raise ConfigurationError(f"cannot write {output}: {str(error).splitlines()[0]}") from error
        return int(con.sql("select count(*) from lines").fetchall()[0][0])


@contextmanager
def _line_named(source: Path) -> Iterator[None]:
    """Name the file and the line of what the database could not read."""
    try:
        yield
    except duckdb.Error as error:
        fault = first_fault(source) or str(error).splitlines()[0]
        raise ConfigurationError(
            f"{source}, {fault}; each line must be an object {{id, text}} or {{id, turns: [{{speaker, text}}]}}"
        ) from error
