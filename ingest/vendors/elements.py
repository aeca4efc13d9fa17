"""The elements of a list in an object as SQL, also of a list in each element of another list.

`each: line_items` are the elements of one list, `each: refunds[].refund_line_items` those of the lists in the elements
of another; such an element knows the outer one as its member `_around`. One object for a list is a list of one.
"""

from ingest.sql import text

PARENT = "_around"


def steps_to(path: str) -> str:
    """A path of members as a JSON path of the engine."""
    return text("$." + ".".join(f'"{step}"' for step in path.split(".")))


def as_list(value: str) -> str:
    """SQL: a JSON list as a list; one object is a list of one, nothing is none."""
    return (
        f"case json_type({value}) when 'ARRAY' then json_extract({value}, '$[*]') "
        f"when 'OBJECT' then [{value}] else []::json[] end"
    )


def elements_of(each: str) -> str:
    """SQL: the list of the elements that `each` names."""
    if "[*]" in each:
        return f"json_extract(body, {text('$.' + each)})"
    if "[]." not in each:
        return as_list(f"json_extract(body, {steps_to(each)})")
    outer, inner = each.split("[].", 1)
    inside = f"json_extract(o, {steps_to(inner)})"
    # what is no list is one bad element, so that it is refused and not lost
    told = (
        f"case when coalesce(json_type({inside}), 'NULL') in ('NULL', 'ARRAY', 'OBJECT') then {as_list(inside)} "
        f"else [{inside}] end"
    )
    patch = text(f'{{"{inner}": null}}')
    around = (
        f"case when json_type(i) = 'OBJECT' then json_merge_patch(i, json_object({text(PARENT)}, "
        f"json_merge_patch(o, {patch}))) else i end"
    )
    return (
        f"flatten(list_transform(list_filter({as_list(f'json_extract(body, {steps_to(outer)})')}, "
        f"lambda o: json_type(o) = 'OBJECT'), lambda o: list_transform({told}, lambda i: {around})))"
    )
