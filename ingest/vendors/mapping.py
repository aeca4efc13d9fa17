"""`records` to rows of landing tables: one statement for each kind of object and table, typed by the landing contract.

The rows wait in temporary tables until it is settled which version of an object is current.
"""

from dataclasses import replace

from duckdb import DuckDBPyConnection

from ingest.contracts import Column, Contract, load_contracts
from ingest.sql import name, text
from ingest.staging import Part, RunStamp, problem_list, typed_rows, typed_select
from ingest.typing_rules import RawColumn
from ingest.vendors.elements import PARENT, elements_of
from ingest.vendors.fields import Selected, condition, select_field, value_of
from ingest.vendors.macros import NESTED
from ingest.vendors.paths import Scope, Scopes, first_member
from ingest.vendors.spec import Field, Kind, Target, VendorFolder

PART_STEP = 1 << 20


def target_contract(target: Target) -> Contract:
    """The landing contract of a target, without the duties that the vendor's rows need not meet alone."""
    contract = load_contracts()[target.into]
    columns = tuple(
        replace(column, required=False) if column.name in target.optional else column for column in contract.columns
    )
    return replace(contract, columns=columns)


def map_kind(con: DuckDBPyConnection, folder: VendorFolder, kind: Kind, stamp: RunStamp, has_nul: bool) -> None:
    """Map all sound objects of one kind; rows that condemn their object come first."""
    judge_lists(con, kind)
    for target in sorted(kind.targets, key=lambda item: item.is_part):
        contract = target_contract(target)
        chosen = look_up(con, folder, kind, target, contract)
        part = describe(con, contract, target, chosen, has_nul)
        con.execute(f"create or replace temp table vendor_typed as {typed_select(contract, part, stamp)}")
        con.execute(
            f"insert into {name('mapped__' + target.into)} select typed.* exclude (_rid, _is_bad), record_rid "
            "from vendor_typed as typed inner join vendor_part using (_rid) where not typed._is_bad"
        )
        refuse(con, contract, part, stamp, target)


def judge_lists(con: DuckDBPyConnection, kind: Kind) -> None:
    """An object whose list of parts is something else cannot be read."""
    for path in dict.fromkeys(target.each for target in kind.targets if target.each and "[" not in target.each):
        at = text("$." + path)
        con.execute(
            f"update records set fault = {{'code': 'wrong_type', 'reason': {text(path + ' is no list')}}} "
            f"where kind = {text(kind.name)} and fault is null "
            f"and coalesce(json_type(body, {at}), 'NULL') not in ('ARRAY', 'OBJECT', 'NULL')"
        )


def members(target: Target, kind: Kind) -> tuple[set[str], set[str]]:
    """Known members of the object and of the element, as far as one target names them."""
    of_body, of_item = set(kind.known), set(target.known)
    for path in (*kind.id.paths, *kind.updated.paths):
        of_body.add(first_member(path))
    for told in target.columns.values():
        for path in (*told.paths, *told.codes, *told.carrier, *told.only, *([told.currency] if told.currency else [])):
            if path.startswith("^"):
                of_body.add(first_member(path[1:]))
            elif not path.startswith("@"):
                (of_item if target.each else of_body).add(first_member(path))
    if target.each:
        of_body.add(first_member(target.each))
        of_item.add(PARENT)
    return of_body | set(kind.has) | {first_member(path) for path in kind.equals}, of_item


def known_members(kind: Kind) -> set[str]:
    """Every member of an object that some target of its kind reads, or that is declared as known."""
    found: set[str] = set(kind.known)
    for target in kind.targets:
        found |= members(target, kind)[0]
        found |= {first_member(path) for path in (*target.when, *target.equals)} if not target.each else set()
    return found


def unknown_json(value: str, known: set[str]) -> str:
    """SQL: the members of an object nobody reads, masked; null when there are none."""
    patch = text("{" + ", ".join(f'"{member}": null' for member in sorted(known)) + "}")
    return f"vendor_masked(nullif(json_merge_patch('{{}}', json_merge_patch({value}, {patch})), '{{}}'::json))::json"


def look_up(con: DuckDBPyConnection, folder: VendorFolder, kind: Kind, target: Target, contract: Contract) -> Selected:
    """`vendor_part`: one row per object or element with its values as text."""
    scopes = Scopes(item=Scope("g") if target.each else None, staged={})
    chosen = Selected()
    columns = {column.name: column for column in contract.columns}
    for column, told in target.columns.items():
        select_field(chosen, columns[column], told, scopes, folder)
    conditions = [f"vendor_value({scopes.json_at(path)}) is not null" for path in target.when] + [
        condition(scopes, path, allowed) for path, allowed in target.equals.items()
    ]
    looked_up = ", ".join(f"{expression} as {name(alias)}" for alias, expression in chosen.looked_up.items())
    staged = ", ".join(f"{expression} as {alias}" for alias, expression in (scopes.staged or {}).values())
    lists = ", ".join(f"{expression} as {name(alias)}" for alias, expression in chosen.lists.items())
    unmapped = ", ".join(f"{text(column)}, {value}" for column, value in chosen.unmapped.items())
    extra = "unknown"
    if unmapped:
        there = f"nullif(json_merge_patch('{{}}', json_object({unmapped})), '{{}}'::json)"
        patch = f"json_merge_patch('{{}}', json_object('unmapped', {there}))"
        extra = f"nullif(json_merge_patch(coalesce(unknown, '{{}}'::json), {patch}), '{{}}'::json)"
    final = ", ".join(f"{expression} as {name('r_' + column)}" for column, expression in chosen.final.items())
    con.execute(
        f"""
        create or replace temp table vendor_part as
        with elements as (
            {elements(kind, target)}
        ),

        extracted as (
            select
                *,
                {scopes.body.extraction("body")} as f,
                {scopes.item.extraction("item") if scopes.item else "null::json[]"} as g,
                {scopes.wrapper.extraction("wrapper")} as w,
            from elements
        ),

        staged as (
            select *, {staged}
            from extracted
        ),

        listed as (
            select *, {lists}
            from staged
        ),

        looked_up as (
            select * exclude (f, g, w), {looked_up}
            from listed
            {"where " + " and ".join(conditions) if conditions else ""}
        )

        select
            _file_id, _row_number, record_rid, raw_row, item_fault,
            row_number() over (order by record_rid, position) as _rid,
            {extra} as extra,
            {final}
        from looked_up
        {" ".join(chosen.joins)}
        """
    )
    if chosen.unmapped:
        count_unmapped(con, list(chosen.unmapped))
    return chosen


def count_unmapped(con: DuckDBPyConnection, columns: list[str]) -> None:
    """Values without a translation are drift: the column, and what was sent."""
    for column in columns:
        con.execute(
            "insert into drifted select _file_id, ? || '=' || left(value, 60), count(*) from ("
            "select _file_id, extra ->> ? as value from vendor_part) where value is not null group by all",
            [column, f"$.unmapped.{column}"],
        )


def elements(kind: Kind, target: Target) -> str:
    """SQL: the sound objects of a kind, or the elements of one of their lists."""
    chosen = f"from records where kind = {text(kind.name)} and fault is null and is_sound"
    if target.each is None:
        is_main = not target.apart and target is next(t for t in kind.targets if t.each is None and not t.apart)
        unknown = unknown_json("body", known_members(kind)) if is_main else "null::json"
        return (
            "select _file_id, _row_number, _rid as record_rid, raw_row, body, wrapper, body::varchar as body_text, "
            f"1 as position, null::struct(code varchar, reason varchar) as item_fault, {unknown} as unknown {chosen}"
        )
    items = elements_of(target.each)
    known = {member for other in kind.targets if other.each == target.each for member in members(other, kind)[1]}
    told = text(f"an element of {target.each} is no object")
    return f"""
        select
            _file_id, _row_number, record_rid, body, wrapper, item, position,
            item::varchar as raw_row, item::varchar as body_text,
            case when coalesce(json_type(item), 'NULL') != 'OBJECT'
                then {{'code': 'wrong_type', 'reason': {told}}} end as item_fault,
            case when json_type(item) = 'OBJECT' then {unknown_json("item", known)} end as unknown,
        from (
            select
                _file_id, _row_number, _rid as record_rid, body, wrapper,
                unnest({items}) as item,
                generate_subscripts({items}, 1) as position
            {chosen}
        )
    """


def describe(con: DuckDBPyConnection, contract: Contract, target: Target, chosen: Selected, has_nul: bool) -> Part:
    """The view `part` over `vendor_part`, as the typing rules want it."""
    con.execute("create or replace temp view part as select * from vendor_part")
    columns = {column.name: column for column in contract.columns}
    nested = [
        f"case when starts_with({name('r_' + column)}, {text(NESTED)}) then {{'code': 'wrong_type', 'reason': "
        f"{text(column + ' ')} || left({name('r_' + column)}[2:], 80) || ' is no single value'}} end"
        for column in chosen.nested
    ]
    return Part(
        raw={column: RawColumn(columns[column], name("r_" + column)) for column in target.columns},
        extra="extra",
        raw_row="raw_row",
        has_nul=has_nul,
        row_fault=f"coalesce({', '.join(['item_fault', *nested])})",
    )


def refuse(con: DuckDBPyConnection, contract: Contract, part: Part, stamp: RunStamp, target: Target) -> None:
    """A bad row of a part goes to the quarantine alone; any other condemns its object."""
    if not con.execute("select count(*) from vendor_typed where _is_bad").fetchall()[0][0]:
        return
    con.execute(
        f"""
        create or replace temp table vendor_refused as
        with typed as (
            {typed_rows(contract, part)}
        )

        select
            _file_id,
            _row_number,
            record_rid,
            raw_row,
            {problem_list(contract, part, stamp)} as problems,
        from typed
        where _rid in (select _rid from vendor_typed where _is_bad)
        """
    )
    reason = "array_to_string(list_transform(problems, lambda p: p.reason), '; ')"
    if target.is_part:
        place = text(f"{target.each or target.into}: ")
        con.execute(
            f"insert into quarantined select _file_id, _row_number, problems[1].code, {place} || {reason}, "
            "case when strlen(raw_row) > 10000 then '(' || strlen(raw_row) || ' bytes)' else raw_row end "
            "from vendor_refused order by all"
        )
    else:
        con.execute(
            f"update records set fault = {{'code': problems[1].code, 'reason': {reason}}} "
            "from vendor_refused where record_rid = _rid"
        )


def own_value(folder: VendorFolder, column: Column, told: Field) -> tuple[str, Scopes]:
    """SQL of the identifier or version of an object, with what it looks into."""
    scopes = Scopes()
    return value_of(told, column, scopes), scopes
