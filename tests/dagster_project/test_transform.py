"""dbt in this process: where it reads and writes."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from dagster_project import transform
from dagster_project.warehouse import Warehouse


@pytest.fixture
def call_of_dbt(monkeypatch):
    """Run transform.build without dbt; return what dbt would have been given."""
    seen: dict[str, str] = {}

    def invoke(arguments, manifest, on_node):
        seen["target"] = arguments[arguments.index("--target-path") + 1]
        seen["database"] = os.environ["WHYCALL_BUILD_DB"]
        seen["temp"] = os.environ["WHYCALL_TEMP_DIR"]
        return SimpleNamespace(result=SimpleNamespace(results=[]))

    monkeypatch.setattr(transform, "prepare_manifest", lambda: None)
    monkeypatch.setattr(transform, "read_manifest", lambda: None)
    monkeypatch.setattr(transform, "_invoke", invoke)
    return seen


def test_a_relative_warehouse_lies_where_the_user_stands(tmp_path, monkeypatch, call_of_dbt):
    monkeypatch.chdir(tmp_path)
    transform.build(Warehouse(Path("warehouse")))
    assert all(Path(place).is_relative_to(tmp_path) for place in call_of_dbt.values())


def test_generated_files_do_not_change_the_fingerprint(tmp_path, monkeypatch):
    for folder in ("models", "macros", "seeds", "tests", "target"):
        (tmp_path / folder).mkdir()
    (tmp_path / "models" / "one.sql").write_text("select 1")
    monkeypatch.setattr(transform, "DBT_PROJECT_DIR", tmp_path)
    before = transform.project_fingerprint()
    (tmp_path / "target" / "compiled.sql").write_text("select 1")
    assert transform.project_fingerprint() == before
    (tmp_path / "models" / "one.sql").write_text("select 2")
    assert transform.project_fingerprint() != before
