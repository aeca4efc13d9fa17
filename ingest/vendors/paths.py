"""Paths into a vendor's object as SQL: members, positions, and the first element of a list with a certain value.

`a.b`, `a[0]`, `a[-1]`, `a[*].b` (a list), `a[kind=refund].b` (of the first element whose `kind` is `refund`),
`a[*kind=refund].b` (of all of them, a list), `a[id=^c.d].b` (whose `id` is the value at `c.d` of the object),
`a!.b` (`a` is a text that holds JSON), `$` (the value itself). A path that starts with `^` is looked up in the object
around an element, with `@` in the wrapper around the object.
"""

import re
from dataclasses import dataclass, field

from ingest.sql import text

STEP = re.compile(
    r"(?P<member>[^.\[\]!]+)|\[(?P<place>-?\d+|\*)\]|\[(?P<key>[^\]=]+)=(?P<wanted>[^\]]*)\]|(?P<parse>!)|\."
)


@dataclass
class Scope:
    """Everything that is looked up in one JSON value: extracted once, as one list of values."""

    alias: str
    paths: list[str] = field(default_factory=list)

    def look_up(self, json_path: str) -> str:
        """SQL of the value at a JSON path of the engine."""
        if json_path not in self.paths:
            self.paths.append(json_path)
        return f"{self.alias}[{self.paths.index(json_path) + 1}]"

    def extraction(self, value: str) -> str:
        """SQL of the list of values, null where a path leads nowhere."""
        if not self.paths:
            return "null::json[]"
        return f"json_extract({value}, [{', '.join(text(path) for path in self.paths)}])"


@dataclass
class Scopes:
    """The three values a field may look into; without an element, plain paths mean the object."""

    body: Scope = field(default_factory=lambda: Scope("f"))
    item: Scope | None = None
    wrapper: Scope = field(default_factory=lambda: Scope("w"))
    # path with a filter -> column it waits in, since what reads a value refers to it often; None: nothing waits
    staged: dict[str, tuple[str, str]] | None = None

    def json_at(self, path: str) -> str:
        """SQL (JSON) of the value at a path; of several paths with `|` between them, the first that has a value."""
        if "|" in path:
            return f"coalesce({', '.join(self.json_at(part) for part in path.split('|'))})"
        if self.staged is not None and "=" in path:
            if path not in self.staged:
                self.staged[path] = (f"v{len(self.staged)}", self.value_at(path))
            return self.staged[path][0]
        return self.value_at(path)

    def value_at(self, path: str) -> str:
        """SQL (JSON) of the value at one path."""
        if path.startswith("@"):
            return compiled(self, self.wrapper, path[1:])
        if path.startswith("^"):
            return compiled(self, self.body, path[1:])
        return compiled(self, self.item or self.body, path)


def first_member(path: str) -> str:
    """Name of the member a path starts with."""
    found = re.match(r"[^.\[]+", path)
    return found.group(0) if found else ""


def quoted(member: str) -> str:
    """One step of a JSON path of the engine."""
    return f'."{member}"'


def compiled(scopes: Scopes, scope: Scope, path: str) -> str:
    """SQL of the value at a path of one scope; the engine looks up all steps before a filter at once."""
    if path == "$":
        return scope.look_up("$")
    found, json_path = "", "$"

    def so_far() -> str:
        if not found:
            return whole_list(scope, json_path) if "[*]" in json_path else scope.look_up(json_path)
        if json_path == "$":
            return found
        taken = f"json_extract({found}, {text(json_path)})"
        return f"to_json({taken})" if "[*]" in json_path else taken

    for step in STEP.finditer(path):
        if step["member"] is not None:
            json_path += quoted(step["member"])
        elif step["place"] is not None:
            json_path += {"-1": "[#-1]"}.get(step["place"], f"[{step['place']}]")
        elif step["key"] is not None:
            found, json_path = filtered(scopes, so_far(), step["key"], step["wanted"])
        elif step["parse"] is not None:
            found, json_path = f"try_cast({so_far()} ->> '$' as json)", "$"
    return so_far()


def filtered(scopes: Scopes, value: str, key: str, wanted: str) -> tuple[str, str]:
    """SQL of the element, or of all elements, whose member has a value; and the path to go on from there."""
    member = text("$" + quoted(key.removeprefix("*")))
    other = f"({scopes.json_at(wanted)} ->> '$')" if wanted.startswith("^") else text(wanted)
    elements = f"list_filter(json_extract({value}, '$[*]'), lambda e: e ->> {member} = {other})"
    return (f"to_json({elements})", "$[*]") if key.startswith("*") else (f"{elements}[1]", "$")


def whole_list(scope: Scope, json_path: str) -> str:
    """SQL (JSON) of all values at a path with `[*]`; the engine looks up the part before it once."""
    before, after = json_path.split("[*]", 1)
    return f"to_json(json_extract({scope.look_up(before)}, {text('$[*]' + after)}))"
