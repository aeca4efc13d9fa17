"""HTTP: routes, uploads, faults. Listens on the loopback address only."""

import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.dagster_project.bigquery.fake.faults import ApiError, Drop, Fault
from tests.dagster_project.bigquery.fake.jobs import Jobs
from tests.dagster_project.bigquery.fake.store import Store

_JSON = {"Content-Type": "application/json; charset=UTF-8"}


class FakeBigQuery:
    """A running server; a context manager.

    Attributes:
        faults: struck in order.
        requests: every "METHOD path" so far.
        before: called outside the lock before each request, with its number.
    """

    def __init__(self, project: str = "test-project", datasets: tuple[str, ...] = ("whycall",)):
        self.store = Store(project, list(datasets))
        self.jobs = Jobs(self.store)
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.before: Callable[[int], None] = lambda number: None
        self._uploads: dict[str, dict] = {}
        self._lock = threading.RLock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))
        self._http.daemon_threads = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> "FakeBigQuery":
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def content(self, *tables: str) -> dict[str, list[tuple]]:
        """Return all rows, sorted as text."""
        with self._lock:
            return {
                table: sorted(self.store.con.execute(f'select * from whycall."{table}"').fetchall(), key=repr)
                for table in tables
            }

    def handle(self, method: str, url: str, headers: dict, body: bytes) -> tuple[int, dict, dict | None]:
        parts = urlsplit(url)
        request = f"{method} {parts.path}"
        self.requests.append(request)
        self.before(len(self.requests))
        fault = next((item for item in self.faults if item.strikes(request)), None)
        if fault and not fault.after:
            raise fault.error()
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            answer = self._route(request, query, headers, body)
        if fault:
            raise fault.error()
        return answer

    def _route(self, request: str, query: dict, headers: dict, body: bytes) -> tuple[int, dict, dict | None]:
        for pattern, work in _ROUTES:
            if match := re.fullmatch(pattern, request):
                names = match.groupdict()
                if names.pop("project", self.store.project) != self.store.project:
                    raise ApiError(403, "accessDenied", "Access Denied: Project: User does not have permission")
                result = work(self, query=query, headers=headers, body=body, **names)
                return result if isinstance(result, tuple) else (200, {}, result)
        raise ApiError(404, "notFound", f"the fake knows no {request}")

    def _upload(self, query: dict, headers: dict, body: bytes) -> tuple | dict:
        if query["uploadType"] == "multipart":
            boundary = re.search(r'boundary="?([^";]+)', headers["content-type"])[1].encode()
            _, job, content, _ = body.split(b"--" + boundary)
            job, content = (part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for part in (job, content))
            return self.jobs.insert(json.loads(job), content)
        name = str(len(self._uploads))
        self._uploads[name] = {"job": json.loads(body), "content": b"", "answer": None}
        place = f"{self.address}/upload/bigquery/v2/projects/{self.store.project}/jobs"
        return 200, {"Location": f"{place}?uploadType=resumable&upload_id={name}"}, None

    def _chunk(self, query: dict, headers: dict, body: bytes) -> tuple | dict:
        upload = self._uploads[query["upload_id"]]
        first, total = re.fullmatch(r"bytes (\d+|\*)(?:-\d+)?/(\d+|\*)", headers["content-range"]).groups()
        if first != "*":
            upload["content"] = upload["content"][: int(first)] + body
        if total == "*" or len(upload["content"]) < int(total):
            return 308, {"Range": f"bytes=0-{len(upload['content']) - 1}"}, None
        if upload["answer"] is None:
            upload["answer"] = self.jobs.insert(upload["job"], upload["content"])
        return upload["answer"]

    def _rows(self, query: dict, dataset: str, table: str, **rest: object) -> dict:
        start = int(query.get("pageToken", 0))
        fields = [name for name in query.get("selectedFields", "").split(",") if name]
        total, rows = self.store.rows(dataset, table, fields, start, int(query.get("maxResults", 10**9)))
        end = start + len(rows)
        token = {"pageToken": str(end)} if end < total else {}
        return {"kind": "bigquery#tableDataList", "totalRows": str(total), "rows": rows, **token}


_P = r"(?:/bigquery/v2)/projects/(?P<project>[^/]+)"
_T = _P + r"/datasets/(?P<dataset>[^/]+)/tables"
_ROUTES: list[tuple[str, Callable]] = [
    (rf"GET {_P}/datasets/(?P<dataset>[^/]+)", lambda s, dataset, **_: s.store.dataset(dataset)),
    (rf"GET {_T}", lambda s, dataset, **_: {"kind": "bigquery#tableList", "tables": s.store.listed(dataset)}),
    (rf"DELETE {_T}/(?P<table>[^/]+)", lambda s, dataset, table, **_: s.store.drop(dataset, table)),
    (rf"POST {_T}", lambda s, dataset, body, **_: s.store.create(dataset, json.loads(body))),
    (rf"GET {_T}/(?P<table>[^/]+)", lambda s, dataset, table, **_: s.store.table(dataset, table)),
    (
        rf"PATCH {_T}/(?P<table>[^/]+)",
        lambda s, dataset, table, body, headers, **_: s.store.patch(
            dataset, table, json.loads(body), headers.get("if-match")
        ),
    ),
    (rf"GET {_T}/(?P<table>[^/]+)/data", lambda s, **names: s._rows(**names)),
    (rf"POST {_P}/jobs", lambda s, body, **_: s.jobs.insert(json.loads(body))),
    (
        rf"GET {_P}/jobs",
        lambda s, query, **_: {"kind": "bigquery#jobList", "jobs": s.jobs.listed(query["stateFilter"])},
    ),
    (rf"GET {_P}/jobs/(?P<job>[^/]+)", lambda s, job, **_: s.jobs.get(job)),
    (r"POST /(?:resumable/)?upload/bigquery/v2/projects/[^/]+/jobs", lambda s, **names: s._upload(**names)),
    (r"PUT /upload/bigquery/v2/projects/[^/]+/jobs", lambda s, **names: s._chunk(**names)),
]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    fake: FakeBigQuery

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            status, extra, answer = self.fake.handle(self.command, self.path, headers, body)
        except Drop:
            self.close_connection = True
            return
        except ApiError as error:
            status, extra, answer = error.code, {}, error.body()
        content = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {**_JSON, **extra, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""
