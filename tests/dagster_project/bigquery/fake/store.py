"""Tables of the fake: resources as the API shows them, rows in an in-memory DuckDB."""

import datetime as dt
import io
import re

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tests.dagster_project.bigquery.fake.faults import ApiError

DUCK = {
    "STRING": "varchar",
    "INTEGER": "bigint",
    "FLOAT": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamptz",
}
PAGE = 500


class Store:
    """Everything of one project."""

    def __init__(self, project: str, datasets: list[str]):
        self.project = project
        self.tables: dict[tuple[str, str], dict] = {}
        self.datasets = datasets
        self.con = duckdb.connect(config={"threads": 1})
        self.con.execute("set TimeZone = 'UTC'")
        for name in datasets:
            self.con.execute(f'create schema "{name}"')

    def dataset(self, name: str) -> dict:
        if name not in self.datasets:
            raise ApiError(404, "notFound", f"Not found: Dataset {self.project}:{name}")
        reference = {"projectId": self.project, "datasetId": name}
        return {"kind": "bigquery#dataset", "datasetReference": reference, "location": "EU"}

    def table(self, dataset: str, name: str) -> dict:
        self.dataset(dataset)
        found = self.tables.get((dataset, name.split("$")[0]))
        if found is None:
            raise ApiError(404, "notFound", f"Not found: Table {self.project}:{dataset}.{name}")
        return found

    def listed(self, dataset: str) -> list[dict]:
        self.dataset(dataset)
        return [table for (owner, _), table in self.tables.items() if owner == dataset]

    def drop(self, dataset: str, name: str) -> dict:
        self.table(dataset, name)
        del self.tables[dataset, name]
        self.con.execute(f'drop table "{dataset}"."{name}"')
        return {}

    def create(self, dataset: str, resource: dict) -> dict:
        self.dataset(dataset)
        name = resource["tableReference"]["tableId"]
        if (dataset, name) in self.tables:
            raise ApiError(409, "duplicate", f"Already Exists: Table {self.project}:{dataset}.{name}")
        columns = ", ".join(f'"{f["name"]}" {DUCK[f["type"]]}' for f in resource["schema"]["fields"])
        self.con.execute(f'create table "{dataset}"."{name}" ({columns})')
        for field in resource["schema"]["fields"]:
            field.setdefault("mode", "NULLABLE")
        made = {"kind": "bigquery#table", "type": "TABLE", "location": "EU", **resource, "etag": "e1"}
        self.tables[dataset, name] = made
        return made

    def patch(self, dataset: str, name: str, change: dict, etag: str | None) -> dict:
        table = self.table(dataset, name)
        if etag and etag != table["etag"]:
            raise ApiError(412, "conditionNotMet", "Precondition Failed")
        present = {f["name"]: f for f in table["schema"]["fields"]}
        wanted = {f["name"]: f for f in change.get("schema", table["schema"])["fields"]}
        for field in present.values():
            if wanted.get(field["name"], {}).get("type") != field["type"]:
                text = f"Provided Schema does not match Table {self.project}:{dataset}.{name}. Field {field['name']}"
                raise ApiError(400, "invalid", f"{text} is missing in new schema or has changed type")
        for field in wanted.values():
            field.setdefault("mode", "NULLABLE")
            if field["name"] not in present:
                self.con.execute(f'alter table "{dataset}"."{name}" add column "{field["name"]}" {DUCK[field["type"]]}')
        table.update(change, etag=f"e{int(table['etag'][1:]) + 1}")
        return table

    def load(self, job: dict, content: bytes) -> None:
        """Do what a load job does: one table or one partition replaced in one step."""
        load = job["configuration"]["load"]
        to = load["destinationTable"]
        name, _, partition = to["tableId"].partition("$")
        table = self.table(to["datasetId"], to["tableId"])
        rows = pq.read_table(io.BytesIO(content))
        _check_fields(table, load["schema"]["fields"], rows)
        place = f'"{to["datasetId"]}"."{name}"'
        where = ""
        if partition:
            field = table["timePartitioning"]["field"]
            day = dt.datetime.strptime(partition, "%Y%m%d").date()
            if set(rows.column(field).to_pylist()) - {day}:
                text = f"Some rows belong to different partitions rather than destination partition {partition}"
                raise ApiError(400, "invalid", text)
            where = f"where \"{field}\" = date '{day}'"
        elif load["writeDisposition"] == "WRITE_TRUNCATE":
            table["schema"] = load["schema"]
        self.con.execute("begin")
        if load["writeDisposition"] == "WRITE_TRUNCATE":
            self.con.execute(f"delete from {place} {where}")
        self.con.register("loaded", rows)
        self.con.execute(f"insert into {place} by name select * from loaded")
        self.con.unregister("loaded")
        self.con.execute("commit")

    def query(self, job: dict) -> None:
        """Run a statement of the two dialects' common part."""
        query = job["configuration"]["query"]
        sql = query["query"].replace(f"`{self.project}.", "`").replace("@", "$")
        sql = re.sub(r"`(\w+)\.(\w+)`", r'"\1"."\2"', sql)
        try:
            self.con.execute(sql, {p["name"]: _value(p) for p in query["queryParameters"]})
        except duckdb.Error as error:
            raise ApiError(400, "invalidQuery", str(error)) from error

    def rows(self, dataset: str, name: str, fields: list[str], start: int, most: int) -> tuple[int, list[dict]]:
        table = self.table(dataset, name)
        plain, _, partition = name.partition("$")
        types = {f["name"]: f["type"] for f in table["schema"]["fields"]}
        if unknown := [f for f in fields if f not in types]:
            raise ApiError(400, "invalid", f"No such field: {unknown[0]}")
        where = ""
        if partition:
            where = f" where strftime(\"{table['timePartitioning']['field']}\", '%Y%m%d') = '{partition}'"
        # in the order of the table, whatever order was asked for
        names = ", ".join(f'"{f}"' for f in types if not fields or f in fields)
        found = self.con.execute(f'select {names} from "{dataset}"."{plain}"{where}').fetchall()
        # tables have no order: the fake gives them back to front
        page = found[::-1][start : start + min(most, PAGE)]
        return len(found), [{"f": [{"v": _text(value)} for value in row]} for row in page]


def _check_fields(table: dict, fields: list[dict], rows: pa.Table) -> None:
    present = {f["name"]: f["type"] for f in table["schema"]["fields"]}
    for field in fields:
        if present.get(field["name"]) != field["type"]:
            text = f"Provided Schema does not match Table. Cannot add fields (field: {field['name']})"
            raise ApiError(400, "invalid", text)
    if unknown := set(rows.column_names) - set(present):
        raise ApiError(400, "invalid", f"Cannot add fields (field: {min(unknown)})")


def _value(parameter: dict) -> object:
    value = parameter["parameterValue"].get("value")
    kind = parameter["parameterType"]["type"]
    if value is None:
        return None
    if kind in ("INT64", "INTEGER"):
        return int(value)
    return dt.datetime.fromisoformat(value) if kind == "TIMESTAMP" else value


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return str(round(value.timestamp() * 1_000_000))
    return repr(value) if isinstance(value, float) else str(value)
