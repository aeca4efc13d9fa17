"""One declared field as SQL: its value as text, and the joins that translate it to our words."""

from dataclasses import dataclass, field

from ingest.contracts import Column
from ingest.sql import name, text
from ingest.vendors.macros import NESTED
from ingest.vendors.paths import Scopes
from ingest.vendors.spec import Field, VendorFolder

TIMES = ("timestamp", "planned_timestamp")
JSON_TYPES = ("json", "json_list")
OF_LISTS = ("total", "less", "total_currency")
CARRIED = "^"
WAYS_OF_ANY = ("json", "hash", "or_hash")


@dataclass
class Selected:
    """The columns of a target as SQL.

    `looked_up` are taken from the JSON, `lists` before them, since what adds up a list refers to it often; `final` are
    the raw values the typing rules get; `nested` are columns that hold one value; `unmapped` maps a column to SQL of a
    value for which no translation is declared.
    """

    looked_up: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    final: dict[str, str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    unmapped: dict[str, str] = field(default_factory=dict)


def single(scopes: Scopes, path: str, macro: str = "vendor_text") -> str:
    """SQL (text) of the one value at a path."""
    return f"{macro}(vendor_value({scopes.json_at(path)}))"


def first_of(values: list[str]) -> str:
    """SQL of the first value that is there."""
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})" if values else "null::varchar"


def lines_of(value: str) -> str:
    """SQL: all texts in a list of lists, one a line."""
    return (
        f"nullif(array_to_string(list_filter(list_transform(coalesce(nullif(json_extract({value}, '$[*][*]'), []), "
        f"json_extract({value}, '$[*]')), lambda e: e ->> '$'), lambda e: e is not null), chr(10)), '')"
    )


def plucked(value: str, member: str) -> str:
    """SQL: a list of the member of each element, or of the elements that are plain."""
    return (
        f"to_json(list_transform(json_extract({value}, '$[*]'), lambda e: "
        f"coalesce(e ->> {text('$.' + member)}, e ->> '$')))::varchar"
    )


def split_list(value: str) -> str:
    """SQL: a JSON list from a list, or from a text with commas."""
    words = f"list_transform(string_split(vendor_text({value}), ','), lambda e: trim(e))"
    return (
        f"case when json_type({value}) = 'VARCHAR' then to_json(list_filter({words}, lambda e: e != ''))::varchar "
        f"else vendor_json({value}) end"
    )


def condition(scopes: Scopes, path: str, allowed: tuple[str, ...]) -> str:
    """SQL: the value at a path is one of some words, or (`=other.path`) the same as another value; absent is ''."""
    seen = f"coalesce(lower({scopes.json_at(path)} ->> '$'), '')"
    words = [text(word.lower()) for word in allowed if not word.startswith("=")]
    same = [f"lower({scopes.json_at(word[1:])} ->> '$')" for word in allowed if word.startswith("=")]
    return f"coalesce({seen} in ({', '.join([*words, *same])}), false)"


def value_of(told: Field, column: Column, scopes: Scopes) -> str:
    """SQL (text) of a field before it is translated."""
    absent = "nullif(json({}), 'null'::json)" if column.type in JSON_TYPES else "vendor_value({})"
    values = [absent.format(scopes.json_at(path)) for path in told.paths]
    # where a text belongs, true and false are values of another type, unless they are translated
    macro = "vendor_label" if column.type == "text" and not told.map and told.how not in WAYS_OF_ANY else "vendor_text"
    singles = [single(scopes, path, macro) for path in told.paths]
    glued = f"nullif(concat_ws(' ', {', '.join(singles)}), '')" if singles else "null"
    filled = [f"coalesce({value}, '')" for value in singles]
    member, _, other = (told.pluck or "").partition("+")
    lists = [name(f"l_{column.name}_{n}") for n in range(len(values))]
    totals = [f"vendor_total({value}, {text(member)}, {text(other or '-')})" for value in lists]
    ways = {
        "json": lambda: f"vendor_json({first_of(values)})",
        "upper": lambda: f"upper({first_of(singles)})",
        "lower": lambda: f"lower({first_of(singles)})",
        "word": lambda: f"vendor_word({first_of(singles)})",
        "minor": lambda: f"vendor_minor({first_of(singles)}, {single(scopes, told.currency or '')})",
        "sum": lambda: first_of(
            [f"vendor_sum({v})" if "[*" in p else s for p, v, s in zip(told.paths, values, singles, strict=True)]
        ),
        # money of a list of objects: `pluck` names the member, and after a plus one that is added where it is there
        "total": lambda: first_of(totals),
        "less": lambda: f"vendor_negated({first_of(totals)})",
        "total_currency": lambda: f"upper({first_of([f'vendor_total_currency({v}, {text(member)})' for v in lists])})",
        "plain": lambda: first_of([f"case when {value} not like chr(26) || '%' then {value} end" for value in singles]),
        "pluck": lambda: first_of([plucked(value, told.pluck or "") for value in values]),
        "split": lambda: first_of([split_list(value) for value in values]),
        "lines": lambda: first_of([lines_of(value) for value in values]),
        "position": lambda: "position::varchar",
        "hash": lambda: f"md5({' || chr(31) || '.join(filled)})",
        "join": lambda: glued,
        "present": lambda: f"(coalesce({', '.join([*values, 'null'])}) is not null)::varchar",
        "not": lambda: f"case lower({first_of(singles)}) when 'true' then 'false' when 'false' then 'true' end",
        "equals": lambda: f"(lower({first_of(singles)}) = {text((told.equals or '').lower())})::varchar",
        "same": lambda: f"({singles[0]} = {singles[1]})::varchar",
        "or_hash": lambda: f"coalesce({first_of(singles)}, md5(body_text))",
        # the place among the parts of one object by time, however they are listed
        "rank": lambda: (
            "row_number() over (partition by record_rid "
            f"order by vendor_time({first_of(singles)}), position desc)::varchar"
        ),
    }
    default = "json" if column.type in JSON_TYPES else None
    way = told.how or default
    found = ways[way]() if way else first_of(singles)
    if told.const is not None:
        found = text(told.const)
    if told.only:
        held = " and ".join(condition(scopes, path, allowed) for path, allowed in told.only.items())
        found = f"case when {held} then {found} end"
    if told.default is not None:
        found = f"coalesce({found}, {text(told.default)})"
    if column.type in TIMES:
        found = f"vendor_time({found})"
    elif column.type not in (*JSON_TYPES, "text"):
        found = f"trim({found})"
    return f"{text(told.prefix)} || {found}" if told.prefix else found


def select_field(chosen: Selected, column: Column, told: Field, scopes: Scopes, folder: VendorFolder) -> None:
    """Add one column to the selection."""
    raw = f"x_{column.name}"
    if told.how in OF_LISTS:
        for n, path in enumerate(told.paths):
            chosen.lists[f"l_{column.name}_{n}"] = f"vendor_list(vendor_value({scopes.json_at(path)}))"
    chosen.looked_up[raw] = value_of(told, column, scopes)
    chosen.final[column.name] = name(raw)
    if column.type not in JSON_TYPES:
        chosen.nested.append(column.name)
    if told.map:
        translate(chosen, column, told.map, name(raw), list(folder.maps[told.map].values()))
    if told.codes:
        translate_codes(chosen, column, told, scopes, folder.vendor)


def translate(chosen: Selected, column: Column, map_name: str, raw: str, values: list[str]) -> None:
    """Join the declared translation; a value of an optional closed list without one becomes null and is told."""
    alias = name(f"m_{column.name}")
    chosen.joins.append(
        f"left join vendor_map as {alias} on {alias}.map = {text(map_name)} and {alias}.seen = vendor_word({raw})"
    )
    if column.enum and not column.required:
        chosen.final[column.name] = f"case when starts_with({raw}, {text(NESTED)}) then {raw} else {alias}.value end"
        chosen.unmapped[column.name] = f"case when {alias}.value is null then {raw} end"
    else:
        chosen.final[column.name] = f"coalesce({alias}.value, {raw})"
    if CARRIED in values:
        # a word that changes nothing: what was told before goes on
        told = f"case when {alias}.value is distinct from {text(CARRIED)} then coalesce({alias}.value, {raw}) end"
        chosen.final[column.name] = (
            f"case when {raw} is not null then coalesce({told}, last_value({told} ignore nulls) over (partition by "
            f"record_rid order by x_at rows between unbounded preceding and 1 preceding), {text(values[0])}) end"
        )


def translate_codes(chosen: Selected, column: Column, told: Field, scopes: Scopes, vendor: str) -> None:
    """Join the table of scan codes: for each code in order, first as the carrier's own, then as the vendor's."""
    carrier = f"x_{column.name}_carrier"
    chosen.looked_up[carrier] = f"vendor_code({first_of([single(scopes, path) for path in told.carrier])})"
    found = []
    for n, path in enumerate(told.codes):
        code = f"x_{column.name}_{n}"
        chosen.looked_up[code] = f"vendor_code({single(scopes, path)})"
        for kind, owner in (("a", text(vendor.upper())), ("b", name(carrier))):
            alias = f"s_{column.name}_{n}{kind}"
            chosen.joins.append(
                f"left join scan_statuses as {alias} on {alias}.sender = {owner} and {alias}.code = {name(code)}"
            )
            found.append(f"{alias}.status")
    raws = [name(f"x_{column.name}_{n}") for n in range(len(told.codes))]
    chosen.final[column.name] = f"coalesce({', '.join([*found, *raws])})"
    chosen.nested.remove(column.name)
