"""The published tables as dbt describes them: the one source of the dictionary and of the prompt's help."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from dagster_project import transform
from dagster_project.lineage import Lineage

_PUBLISHED = "marts"


@dataclass(frozen=True)
class ColumnPage:
    """One column: its type, what it means, what is tested, which columns it is made of."""

    name: str
    data_type: str
    description: str
    tests: tuple[str, ...]
    origins: tuple[str, ...]


@dataclass(frozen=True)
class TablePage:
    """One published table. `grain` is the last sentence of its description; parents and children are its neighbours."""

    name: str
    description: str
    grain: str
    tests: tuple[str, ...]
    columns: tuple[ColumnPage, ...]
    parents: tuple[str, ...]
    children: tuple[str, ...]

    @property
    def full_name(self) -> str:
        """Schema and name, as SQL has them."""
        return f"{_PUBLISHED}.{self.name}"


@cache
def read_manifest() -> dict[str, Any]:
    """Return the parsed dbt project as it lies on the disk, without dbt."""
    return json.loads(transform.MANIFEST.read_text(encoding="utf-8")) if transform.MANIFEST.exists() else {}


def published_tables(manifest: Mapping[str, Any], lineage: Lineage | None = None) -> list[TablePage]:
    """Return every mart, facts first, then dimensions, each group by name."""
    models = [
        node
        for node in manifest.get("nodes", {}).values()
        if node["resource_type"] == "model" and node["schema"] == _PUBLISHED
    ]
    order = sorted(models, key=lambda node: (node["name"].startswith("dim_"), node["name"]))
    return [_page(node, manifest, lineage or {}) for node in order]


def _page(node: Mapping[str, Any], manifest: Mapping[str, Any], lineage: Lineage) -> TablePage:
    unique_id = node["unique_id"]
    tests = list(_tests_of(unique_id, manifest))
    origins = lineage.get(unique_id, {})
    return TablePage(
        name=node["name"],
        description=node["description"].strip(),
        grain=node["description"].strip().rsplit(". ", 1)[-1],
        tests=tuple(words for column, words in tests if not column),
        columns=tuple(
            ColumnPage(
                name=column["name"],
                data_type=column.get("data_type") or "",
                description=column["description"].strip(),
                tests=tuple(words for name, words in tests if name == column["name"]),
                origins=tuple(f"{_short(node_id)}.{name}" for node_id, name in origins.get(column["name"], [])),
            )
            for column in node["columns"].values()
        ),
        parents=tuple(sorted(_short(parent) for parent in node["depends_on"]["nodes"])),
        children=tuple(
            sorted(_short(child) for child in manifest["child_map"].get(unique_id, ()) if child.startswith("model."))
        ),
    )


def _short(unique_id: str) -> str:
    """Return schema.table of a source, the name of everything else."""
    parts = unique_id.split(".")
    return ".".join(parts[-2:]) if parts[0] == "source" else parts[-1]


def _tests_of(unique_id: str, manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (column, words) of the tests that look at a model; the column is empty if they look at the whole of it."""
    for child in manifest["child_map"].get(unique_id, ()):
        test = manifest["nodes"].get(child, {})
        if test.get("resource_type") != "test":
            continue
        generic = test.get("test_metadata")
        if generic is None:
            yield "", test["name"].replace("_", " ")
        elif test.get("attached_node") == unique_id:
            yield test.get("column_name") or "", _words(generic["name"], generic["kwargs"])


def _words(name: str, arguments: Mapping[str, Any]) -> str:
    given = {key: value for key, value in arguments.items() if key not in ("model", "column_name")}
    if name == "accepted_values":
        return f"one of {', '.join(map(str, given['values']))}"
    if name == "primary_key":
        return f"key: {', '.join(given['columns'])}"
    if name == "expression_is_true":
        return f"always {' '.join(str(given['expression']).split())}"
    details = ", ".join(f"{key}: {_plain(value)}" for key, value in given.items())
    return f"{name.replace('_', ' ')}{f' ({details})' if details else ''}"


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
