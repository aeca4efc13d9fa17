import gzip
import json

import pytest
from click.testing import CliRunner

from classifiers.labelled import CorpusError, read_labelled
from dagster_project.cli import main


def test_csv_and_calls_are_read_in_order(tmp_path):
    (tmp_path / "a.csv").write_text('text,code\n"where, is it",WHERE\nhello,\n', "utf-8")
    call = {"turns": [{"speaker": "ai", "text": "hi"}, {"speaker": "customer", "text": "broken", "code": "BROKEN"}]}
    with gzip.open(tmp_path / "b.jsonl.gz", "wt") as out:
        out.write(json.dumps(call) + "\n\n" + json.dumps({"text": "again", "code": "WHERE"}) + "\n")
    found = read_labelled(tmp_path)
    assert found.texts == ["where, is it", "hello", "broken", "again"]
    assert found.codes == ["WHERE", "NO_REASON", "BROKEN", "WHERE"]
    assert found.groups == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "words,label\nx,y\n", "text and code"),
        ("a.jsonl", '{"text": "x"}\n', "line 1"),
        ("a.jsonl", "[1]\n", "line 1"),
        ("a.jsonl", "nonsense\n", "line 1"),
        ("a.csv", "text,code\nx,A\n", "at least two codes"),
        ("a.txt", "x", "no file ends in"),
        ("a.csv", b"text,code\ncaf\xe9,A\n", "a.csv: not UTF-8"),
        ("a.jsonl.gz", b"no gzip", "a.jsonl.gz: not readable"),
        ("a.csv", "text,code\nhi, where is it,A\n", "a.csv, line 2: other cells"),
        ("a.csv", "text,code\nhello\n", "a.csv, line 2: other cells"),
        ("a.csv", "text,code\n" + "x" * 200_000 + ",A\n", "a.csv: not readable"),
        ("a.jsonl", '{"text": 5, "code": "A"}\n', "a.jsonl, line 1"),
    ],
)
def test_what_cannot_be_trained_on_is_named(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CorpusError, match=message):
        read_labelled(tmp_path)


def test_train_and_classify_own_labels(tmp_path):
    (tmp_path / "corpus").mkdir()
    rows = [
        f"{what} number {i},{code}"
        for i in range(30)
        for what, code in (("the lid leaks", "LEAK"), ("too loud", "NOISE"))
    ]
    (tmp_path / "corpus" / "own.csv").write_text("\n".join(["text,code", *rows]) + "\n", "utf-8")
    trained = CliRunner().invoke(main, ["train", "--corpus", str(tmp_path / "corpus"), "--output", str(tmp_path / "m")])
    assert trained.exit_code == 0, trained.output
    assert "held out: right" in trained.output
    (tmp_path / "in.jsonl").write_text('{"id": "7", "text": "the lid leaks number 31"}\n', "utf-8")
    arguments = [
        "classify",
        str(tmp_path / "in.jsonl"),
        "--model",
        str(tmp_path / "m"),
        "--output",
        str(tmp_path / "o"),
    ]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    found = json.loads((tmp_path / "o").read_text("utf-8"))
    assert (found["id"], found["code"], found["codes"], found["status"]) == ("7", "LEAK", ["LEAK"], "accepted")
    assert set(found) == {"id", "code", "codes", "group", "confidence", "status", "span", "top3"}


def test_wrong_use_ends_with_one_line(tmp_path):
    found = CliRunner().invoke(main, ["train", "--corpus", str(tmp_path)])
    assert found.exit_code == 2
    assert "no file ends in" in found.output
