"""The declared mapping of a vendor: one YAML file, read into plain objects.

`folders` names the landing folders. A folder says where a page holds its objects (`unwrap`) and how each kind of object
becomes rows of landing tables (`kinds`). The grammar of a field stands in `README.md` beside the files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

FOLDER = Path(__file__).parent
FIELD_KEYS = {
    "path",
    "const",
    "map",
    "as",
    "prefix",
    "default",
    "currency",
    "codes",
    "carrier",
    "pluck",
    "equals",
    "only",
}


@dataclass(frozen=True)
class Field:
    """Where the value of one column comes from and how it is read; `only` names what must hold for it to count."""

    paths: tuple[str, ...] = ()
    const: str | None = None
    map: str | None = None
    how: str | None = None
    prefix: str = ""
    default: str | None = None
    currency: str | None = None
    codes: tuple[str, ...] = ()
    carrier: tuple[str, ...] = ()
    pluck: str | None = None
    equals: str | None = None
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """Rows of one landing table: one for the object, or one for each element of a list in it.

    A row of a target without `each` that cannot be read condemns the object, unless the target is `apart`.
    """

    into: str
    columns: Mapping[str, Field]
    each: str | None = None
    when: tuple[str, ...] = ()
    equals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    apart: bool = False

    @property
    def is_part(self) -> bool:
        """True when a row that cannot be read is refused alone and the object is kept."""
        return self.apart or self.each is not None


@dataclass(frozen=True)
class Kind:
    """One kind of object: how to know it, its identifier, its version, its rows."""

    name: str
    has: tuple[str, ...]
    equals: Mapping[str, tuple[str, ...]]
    id: Field
    updated: Field
    known: frozenset[str]
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class VendorFolder:
    """One landing folder of a vendor."""

    folder: str
    vendor: str
    unwrap: Mapping[str, str | None]
    keep: tuple[str, ...]
    kinds: tuple[Kind, ...]
    maps: Mapping[str, Mapping[str, str]]
    # an object with one of these members is no page, whatever lists it holds
    closed: tuple[str, ...] = ()


def listed(value: Any) -> tuple[str, ...]:
    """One text or a list of texts as a tuple."""
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


def read_conditions(value: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Path -> the values it may have."""
    return {path: tuple(str(item) for item in listed(allowed)) for path, allowed in value.items()}


def read_field(value: Any) -> Field:
    """A field is a path, a list of paths, or an object with details; raise ValueError on an unknown detail."""
    if not isinstance(value, Mapping):
        return Field(paths=listed(value))
    unknown = value.keys() - FIELD_KEYS
    if unknown:
        raise ValueError(f"unknown details of a field: {sorted(unknown)}")
    told = {key: str(value[key]) for key in ("const", "map", "default", "currency", "pluck", "equals") if key in value}
    return Field(
        paths=listed(value.get("path")),
        how=value.get("as"),
        prefix=value.get("prefix", ""),
        codes=listed(value.get("codes")),
        carrier=listed(value.get("carrier")),
        only=read_conditions(value.get("only", {})),
        **told,
    )


def read_target(data: Mapping[str, Any]) -> Target:
    """One entry of `tables`."""
    return Target(
        into=data["into"],
        columns={column: read_field(value) for column, value in data["columns"].items()},
        each=data.get("each"),
        when=listed(data.get("when")),
        equals=read_conditions(data.get("equals", {})),
        known=frozenset(data.get("known", ())),
        optional=frozenset(data.get("optional", ())),
        apart=bool(data.get("apart", False)),
    )


def read_kind(name: str, data: Mapping[str, Any]) -> Kind:
    """One entry of `kinds`."""
    return Kind(
        name=name,
        has=listed(data.get("has")),
        equals=read_conditions(data.get("equals", {})),
        id=read_field(data["id"]),
        updated=read_field(data["updated"]),
        known=frozenset(data.get("known", ())),
        targets=tuple(read_target(target) for target in data.get("tables", ())),
    )


@cache
def vendor_folders() -> Mapping[str, VendorFolder]:
    """Every declared folder by name."""
    folders: dict[str, VendorFolder] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        maps = {
            name: {str(seen): str(value) for seen, value in pairs.items()}
            for name, pairs in data.get("maps", {}).items()
        }
        for folder, told in data.get("folders", {}).items():
            kinds = tuple(read_kind(name, kind) for name, kind in told["kinds"].items())
            folders[folder] = VendorFolder(
                folder, data["vendor"], told.get("unwrap", {}), listed(told.get("keep")), kinds, maps
            )
    return MappingProxyType(folders)


@cache
def vendor_tables() -> Mapping[str, tuple[str, ...]]:
    """Landing source -> vendors that give rows of it, in alphabetical order."""
    found: dict[str, set[str]] = {}
    for folder in vendor_folders().values():
        for kind in folder.kinds:
            for target in kind.targets:
                found.setdefault(target.into, set()).add(folder.vendor)
    return MappingProxyType({source: tuple(sorted(vendors)) for source, vendors in sorted(found.items())})
