"""Tagging reads new and changed calls only and never splits a call over two batches."""

import duckdb
import pyarrow as pa
import pytest

from dagster_project import tagging


class EchoClassifier:
    """Stands in for the model: says how many turns of a call it was shown, and in how many batches."""

    taxonomy_version = "t1"

    def __init__(self, model_version: str = "m1") -> None:
        self.model_version = model_version
        self.seen: list[str] = []

    def predict_turns(self, table: pa.Table) -> pa.Table:
        calls: dict[str, int] = {}
        for call_id in table["call_id"].to_pylist():
            calls[call_id] = calls.get(call_id, 0) + 1
        self.seen += list(calls)
        rows = [
            {
                "call_id": call_id,
                "rank": 1,
                "code": "WISMO",
                "confidence": turns / 100,
                "status": "accepted",
                "span_turn_no": 1,
                "span_start": 0,
                "span_end": 3,
                "span_text": "abc",
                "top3": "[]",
                "taxonomy_version": self.taxonomy_version,
                "model_version": self.model_version,
            }
            for call_id, turns in calls.items()
        ]
        return pa.Table.from_pylist(rows)


@pytest.fixture
def con():
    con = duckdb.connect()
    con.execute(
        """
        create schema raw;
        create schema ops;
        create table ops.changed_keys (entity varchar, key varchar);
        create table raw.all_calls as
        select
            'c' || i as call_id,
            (md5_number_lower('c' || i) >> 1)::bigint as call_key
        from range(10) as calls (i);
        create table raw.all_call_turns as
        select call_id, call_key, turn_no, 'customer' as speaker, 'turn ' || turn_no as text
        from raw.all_calls cross join range(1, 8) as turns (turn_no)
        where call_id <> 'c9';
        """
    )
    yield con
    con.close()


@pytest.mark.parametrize("batch", [1, 7, 10, 1000])
def test_every_call_is_tagged_whole_whatever_the_batch(con, monkeypatch, batch):
    monkeypatch.setattr(tagging, "TURNS_PER_BATCH", batch)
    classifier = EchoClassifier()
    result = tagging.tag_calls(con, classifier)
    assert (result.calls_tagged, result.calls_total) == (10, 10)
    assert sorted(classifier.seen) == [f"c{i}" for i in range(10)]
    shown = con.execute("select call_id, confidence from raw.reason_tags order by 1").fetchall()
    # c9 has no turns: one empty line stands for it, so that it is tagged as no contact
    assert shown == [(f"c{i}", 0.07) for i in range(9)] + [("c9", 0.01)]


def test_only_new_and_changed_calls_are_read_again(con):
    tagging.tag_calls(con, EchoClassifier())
    con.execute("insert into ops.changed_keys select 'call', call_id from raw.all_calls where call_id = 'c3'")
    con.execute("insert into raw.all_calls select 'new', (md5_number_lower('new') >> 1)::bigint")
    again = EchoClassifier()
    result = tagging.tag_calls(con, again)
    assert sorted(again.seen) == ["c3", "new"]
    assert (result.calls_tagged, result.calls_total) == (2, 11)


def test_a_new_model_tags_again_only_on_request(con):
    tagging.tag_calls(con, EchoClassifier("m1"))
    assert tagging.tag_calls(con, EchoClassifier("m2")).calls_tagged == 0
    assert tagging.tag_calls(con, EchoClassifier("m2"), retag=True).calls_tagged == 10
    versions = con.execute("select distinct model_version from raw.reason_tags").fetchall()
    assert versions == [("m2",)]


def test_the_input_hash_follows_the_words(con):
    tagging.tag_calls(con, EchoClassifier())
    query = "select input_hash from raw.reason_tags where call_id = 'c1'"
    before = con.execute(query).fetchone()
    con.execute("update raw.all_call_turns set text = 'other' where call_id = 'c1' and turn_no = 2")
    tagging.tag_calls(con, EchoClassifier(), retag=True)
    assert con.execute(query).fetchone() != before
