"""Settings refuse what cannot work, in one line that says what to do."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dagster_project.settings import (
    ConfigurationError,
    Settings,
    check_timezone,
    parse_instant,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T00:00:00Z", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T01:00:00+01:00", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_instants_are_read_as_utc(text, expected):
    assert parse_instant(text) == expected


@pytest.mark.parametrize("text", ["yesterday", "", "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_other_texts_are_refused(text):
    with pytest.raises(ConfigurationError, match="ISO 8601"):
        parse_instant(text)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "1969-12-31"])
def test_implausible_instants_are_refused(text):
    with pytest.raises(ConfigurationError, match="plausible"):
        parse_instant(text)


@pytest.mark.parametrize("text", ["abc", "0", "-1", ""])
def test_threads_are_a_number(text, monkeypatch, tmp_path):
    monkeypatch.setenv("WHYCALL_THREADS", text)
    with pytest.raises(ConfigurationError, match="WHYCALL_THREADS"):
        Settings(tmp_path, tmp_path)


@pytest.mark.parametrize("text", ["lots", "2", "1GB; drop table x"])
def test_memory_is_a_size(text, tmp_path):
    with pytest.raises(ConfigurationError, match="WHYCALL_MEMORY_LIMIT"):
        Settings(tmp_path, tmp_path, memory_limit=text).validate()


def test_a_file_in_the_place_of_the_reports_is_refused(tmp_path):
    (tmp_path / "reports").write_text("")
    with pytest.raises(ConfigurationError, match="reports"):
        Settings(tmp_path, tmp_path).validate()


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_unknown_time_zones_are_refused(name):
    with pytest.raises(ConfigurationError, match="time zone"):
        check_timezone(name)


def test_a_missing_landing_folder_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="landing folder not found"):
        Settings(Path(tmp_path / "no"), tmp_path).validate()


def test_a_file_as_warehouse_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="is a file"):
        Settings(tmp_path, tmp_path / "file").validate()


def test_the_secret_is_not_shown(monkeypatch, tmp_path):
    monkeypatch.setenv("WHYCALL_DIALNEXA_WEBHOOK_SECRET", "hush")
    assert "hush" not in repr(Settings(tmp_path, tmp_path))
