"""The export against the fake: exactly one copy of each week, whatever happens on the way."""

import json
from datetime import date

import pytest

from dagster_project.delivery.export import EXPORT_TABLES
from dagster_project.delivery.export.columns import mart_columns
from tests.dagster_project.bigquery.conftest import export
from tests.dagster_project.bigquery.warehouse import WEEKS, publish

TABLES = [table.name for table in EXPORT_TABLES]


def fields(fake, table):
    return {field["name"]: field for field in fake.store.tables["whycall", table]["schema"]["fields"]}


def test_first_export(fake, folder):
    done = export(folder)
    assert set(done.values()) == {"loaded"}
    assert len(done) == 1 + 3 + 3
    resource = fake.store.tables["whycall", "metric_weekly"]
    assert resource["timePartitioning"] == {"type": "DAY", "field": "week_start_date"}
    assert resource["clustering"] == {"fields": ["metric_id", "slice_by"]}
    (carrier,) = mart_columns("metric_weekly", "carrier")
    assert fields(fake, "metric_weekly")["carrier"]["description"] == carrier.description
    assert all(field["description"] for table in TABLES for field in fields(fake, table).values())
    rows = fake.content("metric_weekly")["metric_weekly"]
    assert {row[2] for row in rows} == set(WEEKS)
