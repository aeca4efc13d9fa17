"""Every path of every vendor's body harmed in every way: each object is accounted for, what is whole still lands."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from ingest.contracts import load_contracts
from ingest.sql import name
from ingest.vendors.paths import first_member
from ingest.vendors.spec import Target, vendor_folders

from .conftest import Shop
from .hostile import Place, all_harms
from .hostile_bodies import OBJECTS, WRAPPED

FILE = "lines.jsonl"
OUTER_STRANGER = "zz_outer"
NOT_COMPARED = ("_extra", "_source_file", "_file_id", "_row_number", "_content_hash", "_key_hash", "_ingested_at",
                "_run_id", "_record_key")  # fmt: skip


def numbered(body: dict, number: int) -> dict:
    """The body under an identifier of its own, so that no two harmed ones are versions of one object."""
    for member in ("id", "tracking_number", "tracking_code", "token"):
        if member in body:
            body = body | {member: number if isinstance(body[member], int) else f"h{number}"}
    return body


def harmed_lines(body: dict, wrap: Any = None) -> tuple[list[tuple[Place, str]], str]:
    """(what was harmed, line by line) and the lines; identifiers are harmed in the body and nowhere else."""
    told: list[tuple[Place, str]] = []
    lines: list[str] = []
    for number, (place, harm, harmed) in enumerate(all_harms(body), start=10**6):
        whole = numbered(harmed, number)
        if len(place) == 1 and place[0] in whole and place[0] in harmed:
            whole = whole | {place[0]: harmed[place[0]]}
        elif len(place) == 1 and place[0] not in harmed:
            whole = {member: value for member, value in whole.items() if member != place[0]}
        told.append((place, harm))
        lines.append(json.dumps(wrap(whole) if wrap else whole) + "\n")
    return told, "".join(lines)


def reading_columns(targets: Iterable[Target], table: str, member: str) -> set[str]:
    """Columns of a table that may look at a member of the object."""
    found = set()
    for target in (target for target in targets if target.into == table):
        for column, told in target.columns.items():
            paths = [*told.paths, *told.codes, *told.carrier, *told.only, told.currency or ""]
            first = {first_member(part.lstrip("^")) for path in paths for part in path.split("|")}
            if member in first or told.how in ("rank", "or_hash", "hash") or target.when or target.equals:
                found.add(column)
    return found


# the kind of object, and the table that holds a row for it
MAIN = {
    "shopify_orders": ("order", "orders"),
    "shopify_checkouts": ("checkout", "carts"),
    "zendesk_tickets": ("ticket", "tickets"),
    "gorgias_tickets": ("ticket", "tickets"),
    "aftership_trackings": ("tracking", "shipments"),
    "easypost_trackers": ("tracker", "shipments"),
    "statuspage_incidents": ("incident", "incidents"),
    "hubspot_contacts": ("contact", "customers"),
    "stripe_events": ("event", "payments"),
    "klaviyo_events": ("event", "messages"),
    "ocrwebservice_results": ("document", "documents"),
}
# an emptied page holds no object
EMPTIED = (("body",), "empty list")


def table_of(folder: str) -> str:
    """The vendor's own relation of the main rows of a folder."""
    return f"raw.{name(f'{vendor_folders()[folder].vendor}__{MAIN[folder][1]}')}"


@dataclass
class Harmed:
    """Every folder with one file of harmed bodies, one of a whole one and one with a stranger in it, loaded once."""

    shop: Shop
    told: dict[str, list[tuple[Place, str]]]
    drift: Mapping[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harmed]:
    landing = tmp_path_factory.mktemp("hostile") / "landing"
    landing.mkdir()
    shop = Shop(landing)
    told = {}
    for folder, body in OBJECTS.items():
        told[folder], lines = harmed_lines(body)
        shop.put(f"{folder}/{FILE}", lines)
        shop.put(f"{folder}/whole.jsonl", json.dumps(body) + "\n")
        shop.put(f"{folder}/stranger.jsonl", json.dumps(numbered(body, 4) | {OUTER_STRANGER: {"a": [1]}}) + "\n")
    result = shop.load()
    assert result.reconciled
    yield Harmed(shop, told, result.drift)
    shop.con.close()


def refused_lines(shop: Shop, folder: str) -> dict[int, str]:
    return dict(
        shop.rows(
            "select row_number, string_agg(reason, ' | ') from ops.quarantine "
            f"where file = '{folder}/{FILE}' group by row_number"
        )
    )


@pytest.mark.parametrize("folder", OBJECTS)
def test_each_harmed_object_is_accounted_for(harmed: Harmed, folder: str) -> None:
    shop, told = harmed.shop, harmed.told
    read, loaded, duplicate, superseded, quarantined, status = shop.account(f"{folder}/{FILE}")
    assert status == "loaded"
    assert read == loaded + duplicate + superseded + quarantined
    assert read >= len(told[folder])
    reasons = refused_lines(shop, folder)
    assert all(reason and reason.strip() for reason in reasons.values())
    # each line is an object that counts, or is refused; a part that is refused alone counts beside it
    assert len(reasons) + loaded + duplicate + superseded >= len(told[folder]) - told[folder].count(EMPTIED)
    assert shop.account(f"{folder}/whole.jsonl")[4] == 0


@pytest.mark.parametrize("folder", [folder for folder in OBJECTS if folder != "ocrwebservice_results"])
def test_what_nobody_reads_condemns_nothing(harmed: Harmed, folder: str) -> None:
    """A member that no column looks at may hold anything; one that is not known is kept and told."""
    shop, told = harmed.shop, harmed.told
    read = {
        first_member(part.lstrip("^"))
        for kind in vendor_folders()[folder].kinds
        for path in [
            *kind.has, *kind.equals, *kind.id.paths, *kind.updated.paths,
            *(path for target in kind.targets for path in (*target.when, *target.equals, target.each or "")),
            *(path for target in kind.targets for field in target.columns.values()
              for path in (*field.paths, *field.codes, *field.carrier, *field.only, field.currency or "")),
        ]
        for part in path.split("|")
    }  # fmt: skip
    listed = {
        first_member(target.each) for kind in vendor_folders()[folder].kinds for target in kind.targets if target.each
    }
    reasons = refused_lines(shop, folder)
    condemned = {told[folder][line - 1] for line in reasons if told[folder][line - 1][0][0] not in read | listed}
    assert condemned == set()
    strangers = [
        line for line, (_, harm) in enumerate(told[folder], start=1) if harm == "joined" and line not in reasons
    ]
    assert strangers, "a stranger condemns no object"


@pytest.mark.parametrize("folder", [folder for folder in OBJECTS if folder != "ocrwebservice_results"])
def test_columns_that_are_whole_still_land(harmed: Harmed, folder: str) -> None:
    """A loaded row differs from the whole one in columns that look at the harmed member and in no other."""
    shop, told = harmed.shop, harmed.told
    kind_name, table = MAIN[folder]
    kind = next(kind for kind in vendor_folders()[folder].kinds if kind.name == kind_name)
    contract = load_contracts()[table]
    columns = [column for column in contract.names if column not in (*contract.key, *NUMBERED)]
    shown = ", ".join(f"{name(column)}::varchar" for column in columns)
    of_file = f"from {table_of(folder)} where _source_file ="
    whole = shop.rows(f"select {shown} {of_file} '{folder}/whole.jsonl'")[0]
    rows = shop.rows(f"select _row_number, {shown} {of_file} '{folder}/{FILE}'")
    assert len(rows) > 40
    for row, *values in rows:
        place, harm = told[folder][row - 1]
        changed = {c for c, seen, was in zip(columns, values, whole, strict=True) if seen != was}
        strange = changed - reading_columns(kind.targets, table, str(place[0]))
        assert not strange, (place, harm, strange)


# the number under which a body was sent shows in it
NUMBERED = ("checkout_token",)


@pytest.fixture(scope="module")
def enveloped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Every envelope with two whole objects and, between them, one that cannot be read, loaded once."""
    landing = tmp_path_factory.mktemp("envelopes") / "landing"
    landing.mkdir()
    shop = Shop(landing)
    for n, (shape, (folder, wrap)) in enumerate(WRAPPED.items()):
        sent = [numbered(OBJECTS[folder], 100 * n + place) for place in range(3)]
        sent[1] = {member: value for member, value in sent[1].items() if member not in DUTIES}
        shop.put(f"{folder}/{shape}.json", json.dumps(wrap(sent)))
    assert shop.load().reconciled
    yield shop
    shop.con.close()


DUTIES = ("id", "created_at", "created", "created_datetime", "tracking_number", "tracking_code", "token")


@pytest.mark.parametrize("shape", WRAPPED)
def test_every_envelope_reads_as_the_object_alone(enveloped: Shop, shape: str) -> None:
    """Page, list, single answer and webhook body tell the same rows; a bad object takes no other one with it."""
    folder, _ = WRAPPED[shape]
    expected = 2 if "[]" in shape else 1
    read, loaded, _, _, quarantined, status = enveloped.account(f"{folder}/{shape}.json")
    assert (status, read) == ("loaded", loaded + quarantined)
    assert (quarantined > 0) == (expected == 2)
    rows = enveloped.rows(f"select count(*) from {table_of(folder)} where _source_file = '{folder}/{shape}.json'")
    assert rows == [(expected,)]


@pytest.mark.parametrize("folder", OBJECTS)
def test_a_stranger_is_kept_and_told(harmed: Harmed, folder: str) -> None:
    told = harmed.drift[folder]
    assert OUTER_STRANGER in told or folder == "ocrwebservice_results"
    if OUTER_STRANGER in told and MAIN[folder][0] not in ("event", "tracking", "tracker"):
        kept = harmed.shop.rows(f"select _extra from {table_of(folder)} where _source_file = '{folder}/stranger.jsonl'")
        assert json.loads(kept[0][0])[OUTER_STRANGER] == {"a": [1]}
