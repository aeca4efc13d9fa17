import json

import pyarrow as pa
import pytest

from classifiers import TAG_SCHEMA
from classifiers import model as model_module


def rows_of(table: pa.Table, call_id: str) -> list[dict]:
    return [row for row in table.to_pylist() if row["call_id"] == call_id]


def test_columns_are_those_of_the_tag_table(model, turns_of):
    table = model.predict_turns(turns_of(a=[("customer", "where is my order")]))
    assert table.schema == TAG_SCHEMA
    assert table.column_names == [
        "call_id", "rank", "code", "confidence", "status", "span_turn_no", "span_start",
        "span_end", "span_text", "top3", "taxonomy_version", "model_version",
    ]  # fmt: skip
    assert model.predict_turns(turns_of()).schema == TAG_SCHEMA


def test_first_reason_is_primary_and_the_evidence_is_in_its_turn(model, turns_of):
    table = model.predict_turns(
        turns_of(
            a=[
                ("ai", "Hello, do you want to cancel your order?"),
                ("customer", "hi this is Maria"),
                ("customer", "um where is my package, it still hasn't arrived"),
                ("customer", "okay. then I want to cancel my order"),
            ]
        )
    )
    rows = rows_of(table, "a")
    assert [row["code"] for row in rows] == ["WISMO", "ORD.CHANGE.CANCEL"]
    assert [row["rank"] for row in rows] == [1, 2]
    assert [row["span_turn_no"] for row in rows] == [3, 4]
    assert {row["status"] for row in rows} == {"accepted"}


def test_states_that_are_not_reasons(model, turns_of):
    table = model.predict_turns(
        turns_of(
            agent_only=[("ai", "Where is my order?"), ("human", "I want to cancel my order")],
            blank=[("customer", None), ("customer", "  "), ("customer", "...")],
            small_talk=[("customer", "hi, my name is John Carter"), ("customer", "yes thank you")],
        )
    )
    status = {row["call_id"]: row["status"] for row in table.to_pylist()}
    assert status == {
        "agent_only": "not_a_contact",
        "blank": "not_a_contact",
        "small_talk": "no_reason_stated",
    }
    assert table.column("code").null_count == 3
    assert table.column("span_text").null_count == 3


def test_a_request_for_a_person_gives_way_to_the_reason(model, turns_of):
    table = model.predict_turns(
        turns_of(
            a=[
                ("customer", "I want to talk to a human please"),
                ("customer", "my refund still hasn't arrived, where is my refund"),
            ]
        )
    )
    codes = [row["code"] for row in rows_of(table, "a")]
    assert codes == ["REF.STATUS.REFUND_STATUS", "CON.HUMAN.ASKED_FOR_HUMAN"]


def test_words_that_are_no_contact(model, turns_of):
    calls = {
        "voicemail": [("customer", "You've reached the voicemail of Ann Reed. Please leave a message after the tone.")],
        "wrong_number": [("ai", "How can I help?"), ("customer", "oh sorry, wrong number")],
        "corrected": [("customer", "where is my order"), ("customer", "I gave you the wrong number, sorry")],
    }
    status = {row["call_id"]: row["status"] for row in model.predict_turns(turns_of(**calls)).to_pylist()}
    assert status == {"voicemail": "not_a_contact", "wrong_number": "not_a_contact", "corrected": "accepted"}


def test_an_unclear_reason_before_the_wish_for_a_person_is_not_lost(model, turns_of):
    vague = "something about my item and the money"
    alone = model.predict([vague])[0]
    assert alone.status == "abstained"
    rows = model.predict_turns(turns_of(a=[("customer", vague), ("customer", "let me talk to a person please")]))
    assert rows.column("status").to_pylist() == ["abstained"]
    assert rows.column("span_turn_no").to_pylist() == [1]


def test_at_most_three_codes_ranked_by_confidence(model, turns_of):
    table = model.predict_turns(
        turns_of(
            a=[
                ("customer", "where is my package, it hasn't arrived"),
                ("customer", "I want to cancel my order"),
                ("customer", "please unsubscribe me from the newsletter"),
                ("customer", "I forgot my password and can't log in"),
                ("customer", "I was charged twice for the same order"),
            ]
        )
    )
    rows = rows_of(table, "a")
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert rows[0]["code"] == "WISMO"
    assert rows[1]["confidence"] >= rows[2]["confidence"]
    assert len({row["code"] for row in rows}) == 3


def test_batches_do_not_change_the_answer(model, turns_of, monkeypatch):
    calls = {
        f"c{i}": [("customer", "hello"), ("customer", text), ("ai", "okay")]
        for i, text in enumerate(["where is my order", "", "cancel my order", "thanks"] * 3)
    }
    whole = model.predict_turns(turns_of(**calls))
    monkeypatch.setattr(model_module, "TURNS_PER_PASS", 4)
    assert model.predict_turns(turns_of(**calls)).equals(whole)


def test_chunked_sliced_and_dictionary_input_give_the_same(model, turns_of):
    table = turns_of(
        a=[("customer", "where is my order")],
        b=[("ai", "hello"), ("customer", "I want a refund, I want my money back")],
    )
    expected = model.predict_turns(table)
    chunked = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    coded = table.set_column(0, "call_id", table.column("call_id").dictionary_encode())
    large = table.set_column(3, "text", table.column("text").cast(pa.large_string()))
    for variant in (chunked, coded, large):
        assert model.predict_turns(variant).equals(expected)
    only_b = model.predict_turns(table.slice(1))
    assert only_b.equals(expected.filter(pa.compute.equal(expected["call_id"], "b")))


def test_top3_is_json_with_falling_confidence(model, turns_of):
    table = model.predict_turns(turns_of(a=[("customer", "I have a question about my parcel")]))
    top3 = json.loads(table.column("top3")[0].as_py())
    assert len(top3) == 3
    assert sorted((entry["confidence"] for entry in top3), reverse=True) == [entry["confidence"] for entry in top3]
    assert {entry["code"] for entry in top3} <= set(model.classes_)


def test_a_missing_column_is_named(model):
    with pytest.raises(ValueError, match="speaker"):
        model.predict_turns(pa.table({"call_id": ["a"], "turn_no": [1], "text": ["hi"]}))
