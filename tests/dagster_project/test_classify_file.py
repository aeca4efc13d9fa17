"""`whycall classify` on what users really have: marks, strange speakers, broken lines."""

import gzip
import json

import pytest

from dagster_project.classify_file import classify_file
from dagster_project.settings import ConfigurationError

ASKED = '{"id": "a", "text": "where is my package"}'


def classified(folder, content):
    source, output = folder / "in.jsonl", folder / "out.jsonl"
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    count = classify_file(source, output)
    found = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()] if count else []
    assert len(found) == count
    return found


def turn(**said):
    return json.dumps({"id": "a", "turns": [said]})


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("\ufeff" + ASKED, ["WISMO"]),
        (ASKED + "\r\n\r\n" + ASKED, ["WISMO", "WISMO"]),
        (turn(speaker="Customer", text="where is my package"), ["WISMO"]),
        (turn(speaker="caller", text="where is my package"), ["WISMO"]),
        (turn(text="where is my package"), ["WISMO"]),
        (turn(speaker="agent", text="where is my package"), [None]),
        (turn(speaker="customer", text=None), [None]),
        ('{"id": "a", "turns": []}', [None]),
        ('{"id": "a", "text": ""}', [None]),
        ('{"id": "a", "text": "where is\\u0000 my package \\ud83d\\udce6"}', ["WISMO"]),
        (json.dumps({"id": "a", "text": "where is my package? " * 50_000}), ["WISMO"]),
        ("", []),
    ],
)
def test_strange_lines_are_read(tmp_path, content, codes):
    assert [line["code"] for line in classified(tmp_path, content)] == codes


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"id": ', "no JSON"),
        ("[1, 2]", "no object"),
        ('{"text": "hello"}', "no id"),
        ('{"id": "b"}', "neither text nor turns"),
        ('{"id": "b", "text": 5}', "text is no string"),
        ('{"id": "b", "turns": "hello"}', "turns is no list"),
        ('{"id": "b", "turns": [null]}', "turn 1: no object"),
        ('{"id": "b", "turns": [{"speaker": "customer", "text": {}}]}', "turn 1: text is no string"),
        ('{"id": "b", "text": "half \\ud800"}', "half a character"),
        (b'{"id": "b", "text": "caf\xe9"}', "not UTF-8"),
    ],
)
def test_a_line_of_another_form_is_named(tmp_path, line, fault):
    raw = line if isinstance(line, bytes) else line.encode()
    with pytest.raises(ConfigurationError, match=f"in.jsonl, line 3: .*{fault}") as refused:
        classified(tmp_path, ASKED.encode() + b"\n\n" + raw + b"\n" + ASKED.encode())
    assert "\n" not in str(refused.value)


def test_identifiers_keep_their_type_and_may_repeat(tmp_path):
    lines = ['{"id": 17, "text": "cancel my order"}', ASKED, ASKED]
    assert [line["id"] for line in classified(tmp_path, "\n".join(lines))] == [17, "a", "a"]


def test_an_unknown_speaker_is_told(tmp_path, capsys):
    classified(tmp_path, turn(speaker="martian", text="where is my package"))
    assert "1 turns of martian are not read" in capsys.readouterr().err


def test_a_compressed_file_with_a_mark(tmp_path):
    source, output = tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl"
    source.write_bytes(gzip.compress(b"\xef\xbb\xbf" + ASKED.encode()))
    assert classify_file(source, output) == 1
    source.write_bytes(b"no gzip")
    with pytest.raises(ConfigurationError, match="in.jsonl.gz, not readable"):
        classify_file(source, output)


def test_an_output_that_cannot_be_written(tmp_path):
    (tmp_path / "in.jsonl").write_text(ASKED)
    with pytest.raises(ConfigurationError, match="cannot write"):
        classify_file(tmp_path / "in.jsonl", tmp_path / "absent" / "out.jsonl")
