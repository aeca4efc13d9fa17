"""Where columns come from, read out of compiled SQL and kept until the dbt files change."""

import json

import dagster as dg
import pytest

from dagster_project import lineage, transform
from dagster_project.defs.columns import column_lineage, with_origins
from dagster_project.defs.dbt import MANIFEST, dbt_models

MODEL = "model.whycall.fct_calls"


@pytest.fixture(scope="module")
def origins() -> lineage.Lineage:
    return lineage.prepare_lineage()


def test_every_column_of_every_model_is_followed(origins):
    for unique_id, node in MANIFEST["nodes"].items():
        if node["resource_type"] == "model":
            assert set(origins[unique_id]) == set(node["columns"]), unique_id


def test_origins_are_columns_that_exist(origins):
    described = {
        unique_id: set(node["columns"])
        for unique_id, node in MANIFEST["nodes"].items()
        if node["resource_type"] in ("model", "seed") and node["columns"]
    }
    for unique_id, columns in origins.items():
        for column, found in columns.items():
            for parent, name in found:
                assert parent in MANIFEST["nodes"][unique_id]["depends_on"]["nodes"], (unique_id, column)
                assert name in described.get(parent, {name}), (unique_id, column, parent, name)


def test_values_are_followed_through_joins_and_to_the_sources(origins):
    assert origins[MODEL]["carrier"] == [("model.whycall.int_contacts", "carrier")]
    assert origins["model.whycall.stg_calls"]["status"] == [("source.whycall.raw.all_calls", "status")]
    # a number of rows is made of no column
    assert origins["model.whycall.dim_segments"]["count_customers"] == []


def test_lineage_of_other_files_is_not_shown(origins, tmp_path, monkeypatch):
    kept = tmp_path / "column_lineage.json"
    monkeypatch.setattr(lineage, "CACHE", kept)
    kept.write_text(json.dumps({"fingerprint": "another", "lineage": {MODEL: {}}}))
    assert lineage.read_lineage() == {}
    kept.write_text(
        json.dumps({"fingerprint": transform.project_fingerprint(), "lineage": {MODEL: {"a": [["b", "c"]]}}})
    )
    assert lineage.read_lineage() == {MODEL: {"a": [("b", "c")]}}


def test_dagster_draws_it_between_the_assets(origins):
    keys = {item["dagster_dbt/unique_id"]: key for key, item in dbt_models.metadata_by_key.items()}
    metadata = column_lineage(origins["model.whycall.stg_calls"], keys)
    deps = metadata["dagster/column_lineage"].deps_by_column["status"]
    assert deps == [dg.TableColumnDep(dg.AssetKey(["raw", "all_calls"]), "status")]
    assert column_lineage({}, keys) == {}


def test_the_page_of_an_asset_says_in_words_what_a_column_is_made_of(origins):
    (spec,) = [spec for spec in dbt_models.specs if spec.key == dg.AssetKey(["marts", "fct_calls"])]
    schema = spec.metadata["dagster/column_schema"]
    (carrier,) = [column for column in schema.columns if column.name == "carrier"]
    words = with_origins(spec.metadata, origins[MODEL])["dagster/column_schema"]
    (made,) = [column for column in words.columns if column.name == "carrier"]
    assert made.description.endswith("Made of int_contacts.carrier.")
    assert made.description.startswith(carrier.description.split(" Made of")[0])
    assert {column.name for column in schema.columns} == set(MANIFEST["nodes"][MODEL]["columns"])
