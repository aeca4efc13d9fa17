"""A vendor's files as one row per object: pages, lists, wrappers and bodies kept as text are opened set by set.

The result is the temporary table `records`: place of the object (file, row), its kind, its JSON, the wrapper around it,
and a fault when it is no usable object. A row number is the line of an object that has its line for itself or
shares it with others; in a file that is one document it is the place of the object in the file.
"""

import json

from duckdb import DuckDBPyConnection

from ingest.json_depth import MAX_DEPTH, as_json, too_deep
from ingest.sql import text
from ingest.text_reader import TextFile, drop_part, read_text
from ingest.vendors.spec import Kind, VendorFolder

ROUNDS = 5
FIRST_LINE_BYTES = 1 << 21
FILE_STEP = 1 << 32


def is_whole(file: TextFile) -> bool:
    """True when the file is one document; false when its first line is an object or list of its own."""
    path = file.copy.path
    if path is None:
        return False
    if file.copy.lines == 1:
        # a line over the limit of lines can still be read as a document
        return file.copy.landed.format in ("json", "json.gz") or path.stat().st_size > FIRST_LINE_BYTES * 3 // 4
    with path.open("rb") as stream:
        for _ in range(file.copy.lines):
            line = stream.readline(FIRST_LINE_BYTES)
            if line.strip():
                break
    try:
        return not isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return True


def read_documents(con: DuckDBPyConnection, files: list[TextFile]) -> None:
    """`documents`: every file that is one JSON document, and the lines of all others."""
    con.execute("create or replace temp table documents (_file_id bigint, line bigint, v json, c0 varchar)")
    lines: list[TextFile] = []
    for file in files:
        if not (is_whole(file) and insert_whole(con, file)):
            lines.append(file)
    if lines:
        read_text(con, lines, 1, lines=True)
        con.execute(f"insert into documents select _file_id, _row_number, {as_json('c0')}, c0 from part")
        drop_part(con)


def insert_whole(con: DuckDBPyConnection, file: TextFile) -> bool:
    """Add a file as one document; false when it is none, so that it is read line by line and its faults are told."""
    assert file.copy.path is not None
    try:
        content = file.copy.path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    if not con.execute("select json_valid(?)", [content]).fetchall()[0][0]:
        return False
    con.execute(
        "insert into documents select ?, null, case when not is_deep then content::json end, "
        f"case when is_deep then content end from (select content, {too_deep('content')} as is_deep "
        "from (select ?::varchar as content))",
        [file.file_id, content],
    )
    return True


def open_documents(con: DuckDBPyConnection, folder: VendorFolder) -> None:
    """`opened`: the objects inside the documents, in order, each with the kind its place tells, if any."""
    con.execute(
        "create or replace temp table opened as select _file_id, line, c0, "
        "case when line is null then []::bigint[] else [line] end as place, v, "
        "null::varchar as kind, null::json as wrapper, false as done from documents"
    )
    for _ in range(ROUNDS):
        con.execute(f"create or replace temp table opened as {one_round(folder)}")
        if con.execute("select count(*) from opened where not done").fetchall()[0][0] == 0:
            return


def one_round(folder: VendorFolder) -> str:
    """SQL that opens every list, and every object that is a page or a wrapper, by one level."""
    paths = [path.removesuffix("[]") for path in folder.unwrap]
    steps = []
    wrapper = "wrapper"
    if folder.keep:
        kept = ", ".join(f"{text(member)}, item -> {text('$.' + member)}" for member in folder.keep)
        wrapper = f"json_merge_patch(coalesce(wrapper, '{{}}'::json), json_object({kept}))"
    for n, (path, kind) in enumerate(folder.unwrap.items(), start=1):
        is_list = path.endswith("[]")
        wanted = "'ARRAY'" if is_list else "'OBJECT'" if f"{path}[]" in folder.unwrap else "'OBJECT', 'ARRAY'"
        # a page inside of `data` is opened, not `data` itself
        inner = [m for m, other in enumerate(paths, start=1) if other.startswith(paths[n - 1] + ".")]
        alone = "".join(f" and coalesce(types[{m}], 'NULL') not in ('OBJECT', 'ARRAY')" for m in inner)
        steps.append(
            f"case when types[{n}] in ({wanted}){alone} "
            f"then {{'kind': {text(kind) if kind else 'null::varchar'}, 'v': found[{n}], 'wrapper': {wrapper}}} end"
        )
    parsed = as_json("(found[-3] ->> '$')")
    opened = "'wrapper': json_merge_patch(item, '{\"body\": null}')}"
    body = (
        "case when types[-3:] = ['OBJECT', null, null] or types[-3:] = ['ARRAY', null, null] "
        f"then {{'kind': null::varchar, 'v': found[-3], {opened} "
        f"when types[-3:] = ['VARCHAR', null, null] and json_type({parsed}) in ('OBJECT', 'ARRAY') "
        f"then {{'kind': null::varchar, 'v': {parsed}, {opened} end"
    )
    listed = ", ".join(text("$." + ".".join(f'"{step}"' for step in path.split("."))) for path in paths)
    probes = f"[{listed}{', ' if listed else ''}'$.body', '$.id', '$.created_at']"
    closed = "".join(f" or json_exists(item, {text('$.' + member)})" for member in folder.closed)
    return f"""
        with elements as (
            select
                * exclude (v),
                case when not done and json_type(v) = 'ARRAY' then json_extract(v, '$[*]') else [v] end as items,
                not done and json_type(v) = 'ARRAY' as is_list,
            from opened
        ),

        items as (
            select
                * exclude (items, place),
                unnest(items) as item,
                case
                    when is_list then list_append(place, generate_subscripts(items, 1)) else place
                end as place,
            from elements
        ),

        probed as (
            select
                *,
                json_extract(item, {probes}) as found,
                json_type(item, {probes}) as types,
            from items
        ),

        entered as (
            select
                * exclude (kind, wrapper),
                kind,
                wrapper,
                case
                    when done or is_list or json_type(item) != 'OBJECT' or item is null{closed} then []
                    else list_filter([{", ".join([*steps, body])}], lambda e: e is not null)
                end as inner_objects,
            from probed
        )

        select
            _file_id,
            line,
            c0,
            list_append(place, generate_subscripts(next_objects, 1)) as place,
            unnest(next_objects).v as v,
            coalesce(unnest(next_objects).kind, kind) as kind,
            coalesce(unnest(next_objects).wrapper, wrapper) as wrapper,
            done or (not is_list and inner_objects = []) as done,
        from (
            select *, case
                when inner_objects = [] then [{{'kind': kind, 'v': item, 'wrapper': wrapper}}] else inner_objects
            end as next_objects from entered
        )
    """


def kind_of(kinds: tuple[Kind, ...]) -> str:
    """SQL: the kind whose conditions an object meets; the last kind without conditions takes what is left."""
    cases = []
    for kind in kinds:
        told = [f"(v -> {text('$.' + member)}) is not null" for member in kind.has]
        for member, allowed in kind.equals.items():
            values = ", ".join(text(value.lower()) for value in allowed)
            told.append(f"coalesce(lower(v ->> {text('$.' + member)}), '') in ({values})")
        if told:
            cases.append(f"when {' and '.join(told)} then {text(kind.name)}")
    rest = next((kind.name for kind in kinds if not kind.has and not kind.equals), None)
    otherwise = f" else {text(rest)}" if rest else ""
    return f"case {' '.join(cases)}{otherwise} end" if cases else text(rest or "")


def number_records(con: DuckDBPyConnection, folder: VendorFolder) -> None:
    """`records` from `opened`: numbered, with kind and fault."""
    con.execute(
        f"""
        create or replace temp table records as
        with numbered as (
            select
                *,
                row_number() over (partition by _file_id order by place) as ordinal,
                count(*) over (partition by _file_id, line) as neighbours,
            from opened
        ),

        told as (
            select
                _file_id,
                coalesce(line, ordinal) as _row_number,
                _file_id * {FILE_STEP} + ordinal as _rid,
                case when neighbours = 1 and c0 is not null then c0 else v::varchar end as raw_row,
                case when json_type(v) = 'OBJECT' then json(v) end as body,
                wrapper,
                case when json_type(v) = 'OBJECT' then coalesce(kind, {kind_of(folder.kinds)}) end as kind,
                json_type(v) as v_type,
            from numbered
        )

        select
            * exclude (v_type),
            true as is_sound,
            case
                when v_type is null and {too_deep("raw_row")}
                    then {{'code': 'unreadable_line', 'reason': 'nested over {MAX_DEPTH} levels deep'}}
                when v_type is null then {{'code': 'unreadable_line', 'reason': 'the line is no JSON'}}
                when v_type != 'OBJECT'
                    then {{'code': 'unreadable_line', 'reason': 'no JSON object but ' || lower(v_type)}}
                when len(json_keys(body)) != len(list_distinct(json_keys(body)))
                    then {{'code': 'unreadable_line', 'reason': 'a key stands twice'}}
                when kind is null
                    then {{'code': 'unknown_object', 'reason': 'no kind of object that {folder.folder} holds'}}
            end as fault,
        from told
        """
    )
    for table in ("documents", "opened"):
        con.execute(f"drop table {table}")


def read_records(con: DuckDBPyConnection, folder: VendorFolder, files: list[TextFile]) -> None:
    """Files of one folder into the temporary table `records`."""
    read_documents(con, files)
    open_documents(con, folder)
    number_records(con, folder)
