"""The whole product on one shop with every workflow: what each layer takes, and how each model grows with the calls."""

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.warehouse import Warehouse
from tests.bench.measure import Cost, Limits, in_child, run_step

LAYERS = ("ingest", "tag", "themes", "dbt_build", "checks", "publish", "weekly_report")
# a model is worth a look when it grows faster than the data, and takes long enough for its time to be no noise
SUPERLINEAR = 1.25
LEAST_SECONDS = 0.5


@dataclass(frozen=True)
class Node:
    """One dbt node of a build.

    Attributes:
        name: model, seed or test.
        group: facts, metrics or tests.
        seconds: its execution time (dbt runs one node at a time).
        rows: rows of its table; None for a view or a test.
    """

    name: str
    group: str
    seconds: float
    rows: int | None


@dataclass(frozen=True)
class Growth:
    """How a model's time grew from the small shop to the large one."""

    node: Node
    seconds_before: float

    def is_superlinear(self, factor: float) -> bool:
        """Tell whether it took clearly more than `factor` times as long on `factor` times the calls."""
        return self.node.seconds >= LEAST_SECONDS and self.node.seconds > SUPERLINEAR * factor * self.seconds_before


def run_product(landing: Path, warehouse: Path, limits: Limits) -> tuple[dict[str, Cost], list[Node]]:
    """Run every layer in a process of its own; return what each took and the nodes of the dbt build.

    Raises:
        StepFailed: a step did not end well; a check that fails stops the publication.
    """
    costs = {}
    for layer in LAYERS:
        costs[layer] = run_step(layer, landing, warehouse, limits)
        if layer == "dbt_build":
            # publication moves the file that the rows are counted in
            nodes = in_child(_nodes, warehouse)
    return costs, nodes


def growth(small: list[Node], large: list[Node]) -> list[Growth]:
    """Return the models of both builds, the slowest first."""
    before = {node.name: node.seconds for node in small}
    both = [Growth(node, before[node.name]) for node in large if node.group != "tests" and node.name in before]
    return sorted(both, key=lambda item: -item.node.seconds)


def _nodes(warehouse: Path) -> list[Node]:
    file = Warehouse(warehouse)
    with duckdb.connect(str(file.build), read_only=True) as con:
        tables = con.execute("select table_name, estimated_size from duckdb_tables() where schema_name <> 'raw'")
        rows = dict(tables.fetchall())
    listed = json.loads((warehouse / "nodes.json").read_text(encoding="utf-8"))
    return [Node(name, _group(kind, path), seconds, rows.get(name)) for name, kind, path, seconds in listed]


def _group(kind: str, path: str) -> str:
    if kind == "test":
        return "tests"
    return "metrics" if "models/metrics/" in path else "facts"
