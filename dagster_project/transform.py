"""dbt in this process: a prepared manifest, one `dbt build`, results as plain values.

Starting dbt as a command costs seconds of imports per call; here it is imported once and the
parsed project is read back instead of parsed again (DECISIONS.md, "dbt in one process").
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.settings import DBT_PROJECT_DIR
from dagster_project.warehouse import BUILD_FILE, Warehouse

TARGET_DIR = DBT_PROJECT_DIR / "target"
MANIFEST = TARGET_DIR / "manifest.json"
DIALECT = "duckdb"
_FINGERPRINT = TARGET_DIR / "fingerprint.txt"
_PARSED_SUFFIXES = {".sql", ".yml", ".csv", ".md"}
_PARSED_FOLDERS = ("models", "macros", "seeds", "tests")
_FAILED = {"error", "fail", "runtime error"}


@dataclass(frozen=True)
class NodeResult:
    """What dbt says of one model, seed or test.

    Attributes:
        unique_id: dbt's name, for example model.whycall.fct_calls.
        name: the short name.
        status: success, pass, warn, fail, error or skipped.
        message: dbt's message, one line; empty if there is none.
        failures: failing rows of a test, else None.
        seconds: execution time.
        path: file of the node below dbt_project.
    """

    unique_id: str
    name: str
    status: str
    message: str
    failures: int | None
    seconds: float
    path: str

    @property
    def is_failed(self) -> bool:
        """Tell whether this node stops the run."""
        return self.status in _FAILED


class TransformError(Exception):
    """dbt could not run at all: the project does not parse or the profile is wrong."""


def project_fingerprint() -> str:
    """Return a hash of every file that dbt parses."""
    digest = hashlib.sha256()
    files = [path for folder in _PARSED_FOLDERS for path in (DBT_PROJECT_DIR / folder).rglob("*")]
    for path in sorted([*DBT_PROJECT_DIR.iterdir(), *files]):
        if path.suffix in _PARSED_SUFFIXES:
            relative = path.relative_to(DBT_PROJECT_DIR)
            digest.update(str(relative).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def prepare_manifest(force: bool = False) -> Path:
    """Parse the dbt project unless target/manifest.json fits its files; return that path.

    Raises:
        TransformError: dbt says the project does not parse.
    """
    fingerprint = project_fingerprint()
    fresh = MANIFEST.exists() and _FINGERPRINT.exists() and _FINGERPRINT.read_text() == fingerprint
    if force or not fresh:
        # the manifest names relations by the file's stem, so it is parsed under a build's name; and whole, as partial
        # parsing keeps unit tests that were taken out of a file
        with _dbt_environment(str(TARGET_DIR / BUILD_FILE), "1GB", 1, TARGET_DIR):
            result = _invoke(["parse", "--no-partial-parse", "--target-path", str(TARGET_DIR)], None, None)
        if not result.success:
            raise TransformError(f"the dbt project does not parse: {result.exception}")
        _FINGERPRINT.write_text(fingerprint)
    return MANIFEST


def compiled_manifest() -> dict[str, Any]:
    """Return the manifest with the SQL of each model as the engine gets it; no warehouse is needed.

    Raises:
        TransformError: dbt cannot compile the project.
    """
    prepare_manifest()
    with tempfile.TemporaryDirectory() as folder, _dbt_environment(f"{folder}/{BUILD_FILE}", "1GB", 1, Path(folder)):
        result = _invoke(["compile", "--target-path", folder], read_manifest(), None)
        if not result.success:
            raise TransformError(f"the dbt project does not compile: {result.exception}")
        return json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))


def build(
    warehouse: Warehouse,
    on_node: Callable[[str, str], None] | None = None,
    select: list[str] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> list[NodeResult]:
    """Run `dbt build` (seeds, models, data tests; no unit tests) on the warehouse's build file.

    Args:
        warehouse: its build file must exist and must not be open in this process.
        on_node: called with (name, status) when a node has finished.
        select: dbt selectors; None = everything.
        variables: dbt variables; with any the project is parsed again, for they may change what depends on what.

    Raises:
        TransformError: dbt could not run. Failing models and tests are results, not errors.
    """
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    # dbt takes relative paths from its project folder, not from where the user stands
    database, temp = warehouse.build.absolute(), warehouse.temp.absolute()
    arguments += ["--target-path", str(database.parent / "dbt_target")]
    if select:
        arguments += ["--select", *select]
    if variables:
        arguments += ["--vars", json.dumps(variables)]
    else:
        prepare_manifest()
    with _dbt_environment(str(database), warehouse.memory_limit, warehouse.threads, temp):
        result = _invoke(arguments, None if variables else read_manifest(), on_node)
    if result.result is None:
        raise TransformError(f"dbt could not run: {result.exception}")
    return [_node_result(item) for item in result.result.results]


def _node_result(item: Any) -> NodeResult:
    return NodeResult(
        unique_id=item.node.unique_id,
        name=item.node.name,
        status=str(item.status),
        message=" ".join((item.message or "").split()),
        failures=item.failures,
        seconds=float(item.execution_time or 0),
        path=item.node.original_file_path,
    )


def read_manifest() -> Any:
    """Return the parsed project that prepare_manifest() left, as dbtRunner takes it."""
    from dbt.contracts.graph.manifest import Manifest

    packed = (TARGET_DIR / "partial_parse.msgpack").read_bytes()
    manifest = Manifest.from_msgpack(packed)
    manifest.build_flat_graph()
    return manifest


def _invoke(arguments: list[str], manifest: Any, on_node: Callable[[str, str], None] | None) -> Any:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    def report(event: Any) -> None:
        if on_node and event.info.name == "NodeFinished":
            on_node(event.data.node_info.node_name, event.data.node_info.node_status)

    runner = dbtRunner(manifest=manifest, callbacks=[report])
    folders = ["--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)]
    try:
        return runner.invoke(["--quiet", "--no-use-colors", "--log-level-file", "none", *arguments, *folders])
    finally:
        # the adapter keeps its connection: a later read-only connect of this process would fail
        DuckDBConnectionManager.close_all_connections()


@contextmanager
def _dbt_environment(database: str, memory: str, threads: int, temp: Path) -> Iterator[None]:
    values: Mapping[str, str] = {
        "WHYCALL_BUILD_DB": database,
        "WHYCALL_MEMORY_LIMIT": memory,
        "WHYCALL_THREADS": str(threads),
        "WHYCALL_TEMP_DIR": str(temp),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
