"""`whycall classify`: JSON lines in, codes with confidence and evidence out."""

from pathlib import Path

import duckdb

from dagster_project.models import load_model, with_opinion
from dagster_project.settings import MODEL_DIR, ConfigurationError

_READ = """
create table lines as
select row_number() over () as line, id, "text", turns
from read_json(
    $path,
    format = 'newline_delimited',
    columns = {
        'id': 'VARCHAR', 'text': 'VARCHAR', 'turns': 'STRUCT(speaker VARCHAR, "text" VARCHAR)[]'
    }
)
"""

_TURNS = """
select
    line::varchar as call_id,
    turn.turn_no,
    turn.speaker,
    turn."text"
from (
    select
        line,
        unnest(
            case
                when turns is null
                    then [{'turn_no': 1, 'speaker': 'customer', 'text': coalesce("text", '')}]
                else [
                    {'turn_no': i, 'speaker': coalesce(turns[i].speaker, 'ai'),
                        'text': coalesce(turns[i]."text", '')}
                    for i in range(1, len(turns) + 1)
                ]
            end
        ) as turn
    from lines
) as unnested
order by line, turn.turn_no
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
    con = duckdb.connect()
    try:
        con.execute(_READ, {"path": str(source)})
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise ConfigurationError(
            f"{source}: {first} (each line must be an object {{id, text}} or {{id, turns: [{{speaker, text}}]}})"
        ) from error
    con.register("tags", classifier.predict_turns(con.execute(_TURNS).to_arrow_table()))
    target = str(output or "/dev/stdout").replace("'", "''")
    con.execute(f"copy ({_RESULT}) to '{target}' (format json)")
    row = con.execute("select count(*) from lines").fetchone()
    con.close()
    return int(row[0]) if row else 0
