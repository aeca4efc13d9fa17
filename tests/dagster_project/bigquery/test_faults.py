"""What can go wrong on the wire: repeated where it helps, one readable line where it does not."""

import random

import duckdb
import google.cloud.bigquery.client as google_client
import pytest
from google.auth.exceptions import DefaultCredentialsError

from dagster_project.delivery.bigquery.errors import explain
from dagster_project.delivery.export import DeliveryError
from dagster_project.settings import ConfigurationError
from tests.dagster_project.bigquery.conftest import Place
from tests.dagster_project.bigquery.fake import Fault
from tests.dagster_project.bigquery.test_export import content, published
from tests.dagster_project.bigquery.test_killed import exactly_once
from tests.dagster_project.bigquery.warehouse import WEEKS, publish

UPLOAD, QUERY, POLL, READ = "POST /upload", "POST .*/jobs$", "GET .*/jobs/", "GET .*/data"


@pytest.fixture
def folder(tmp_path):
    """One week is enough for most faults."""
    return publish(tmp_path / "warehouse", weeks=1)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(UPLOAD, 500, times=2),
        Fault(UPLOAD, 503, after=True),
        Fault(UPLOAD, 429, "rateLimitExceeded", times=3),
        Fault(UPLOAD, 403, "rateLimitExceeded"),
        Fault(UPLOAD),
        Fault(UPLOAD, after=True, skip=2),
        Fault(QUERY, 500),
        Fault(QUERY, after=True),
        Fault(POLL, 502, "badGateway", times=2, skip=3),
        Fault(POLL, after=True),
        Fault(READ, 503, times=2, skip=1),
        Fault(READ),
        Fault("POST .*/tables", 500),
        Fault("POST .*/tables", after=True),
        Fault("GET .*/datasets/whycall$", 503),
        Fault(f"{POLL}.*_0$", 404, "notFound"),
    ],
    ids=lambda fault: f"{fault.request}-{fault.status or 'closed'}-{'after' if fault.after else 'before'}",
)
def test_faults_that_pass(fake, place, folder, fault):
    if fault.status == 404:
        # BigQuery may deny a job right after it refused its id a second time
        fake.faults.append(Fault(UPLOAD, after=True))
    fake.faults.append(fault)
    place.export(folder)
    assert [item.times for item in fake.faults] == [0] * len(fake.faults)
    exactly_once(place, folder)


def test_many_random_faults_at_once(fake, place, folder):
    chance = random.Random(7)
    fake.faults = [
        Fault(".", chance.choice((0, 500, 503)), after=chance.random() < 0.5, skip=chance.randrange(8))
        for _ in range(15)
    ]
    place.export(folder)
    exactly_once(place, folder)


@pytest.fixture
def in_chunks(monkeypatch):
    """Every upload is resumable and takes several requests."""
    monkeypatch.setattr(google_client, "_MAX_MULTIPART_SIZE", 0)
    monkeypatch.setattr(google_client, "_DEFAULT_CHUNKSIZE", 256 * 1024)


def test_resumable_uploads(fake, place, folder, in_chunks):
    version = (folder / "whycall.duckdb").resolve()
    con = duckdb.connect(str(version))
    letters = " || ".join(f"translate(md5(i || '{n}'), '0123456789', 'ghijklmnop')" for n in range(6))
    con.execute(
        f"insert into marts.metric_weekly select metrics.* replace ({letters} as warehouse) "
        "from marts.metric_weekly as metrics cross join range(4000) as more (i) "
        "where metric_id = 'M-08' and slice_by = 'all' and week_start_date = $week",
        {"week": WEEKS[0]},
    )
    con.close()
    fake.faults = [Fault("PUT ", 503), Fault("PUT ", after=True, skip=1)]
    place.export(folder, weeks=[WEEKS[0]])
    assert sum(request.startswith("PUT") for request in fake.requests) >= 4
    stood = [row for row in published(folder)["metric_weekly"] if row["week_start_date"] == WEEKS[0]]
    assert content(place)["metric_weekly"] == stood
    assert len(stood) > 4_000


@pytest.mark.parametrize("lag", [1, 5])
def test_jobs_that_take_their_time(fake, place, folder, lag):
    fake.jobs.lag = lag
    place.export(folder)
    exactly_once(place, folder)


def test_a_job_that_fails_for_a_passing_reason_is_started_again(fake, place, folder):
    fake.jobs.fail_next = [("backendError", "try again"), ("internalError", "once more")]
    place.export(folder)
    exactly_once(place, folder)


def test_a_job_that_fails_for_good_names_its_reason_and_can_be_repeated(fake, place, folder):
    fake.jobs.fail_next = [("invalid", "bad rows")]
    with pytest.raises(DeliveryError, match="bad rows"):
        place.export(folder)
    place.export(folder)
    exactly_once(place, folder)


def test_a_load_that_brings_other_rows_is_never_called_delivered(fake, place, folder, monkeypatch):
    load = fake.store.load

    def lossy(job, content):
        load(job, content)
        if job["configuration"]["load"]["destinationTable"]["tableId"].startswith("metric_weekly"):
            fake.store.con.execute("delete from whycall.metric_weekly where carrier = 'Bluebird'")

    monkeypatch.setattr(fake.store, "load", lossy)
    with pytest.raises(DeliveryError, match="read back"):
        place.export(folder)
    assert {name for name, _, _ in place.ledger()} == {"dim_metrics"}
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault("GET .*/datasets/", 403, "accessDenied"), ConfigurationError, "roles/bigquery.dataEditor"),
        (Fault(UPLOAD, 403, "accessDenied"), ConfigurationError, "roles/bigquery.jobUser"),
        (Fault("GET .*/datasets/", 401, "authError"), ConfigurationError, "gcloud auth application-default login"),
        (Fault(UPLOAD, 403, "quotaExceeded"), DeliveryError, "quota"),
        (Fault(QUERY, 403, "billingNotEnabled"), ConfigurationError, "billing"),
        (Fault(UPLOAD, 400, "invalid"), DeliveryError, "run the same command again"),
    ],
    ids=lambda value: getattr(value, "reason", None),
)
def test_errors_say_what_to_do(fake, place, folder, fault, kind, words):
    fake.faults = [fault]
    with pytest.raises(kind, match=words) as caught:
        place.export(folder)
    assert "\n" not in str(caught.value)
    place.export(folder)
    exactly_once(place, folder)


def test_a_missing_dataset_is_not_made_silently(fake, folder):
    with pytest.raises(ConfigurationError, match="bq --location=EU mk --dataset test-project:nowhere"):
        Place("test-project", "nowhere").export(folder)


def test_missing_credentials_and_a_dead_line():
    assert "GOOGLE_APPLICATION_CREDENTIALS" in str(explain(DefaultCredentialsError("none found"), "p.d"))
    assert isinstance(explain(ConnectionError("no route"), "p.d"), DeliveryError)


@pytest.mark.parametrize(("project", "dataset"), [("My Shop", "d"), ("shop-1", "a-b"), ("shop-1", "p.d")])
def test_names_that_cannot_be(folder, project, dataset):
    with pytest.raises(ConfigurationError, match="--project" if " " in project else "--dataset"):
        Place(project, dataset).export(folder)
