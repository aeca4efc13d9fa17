"""The short version for e-mail, and how the files of a week come and go."""

import email
import re
from email.policy import default

import duckdb
import pytest

from dagster_project.delivery.report import NoBrowser, headline_figures, write_weekly_report
from dagster_project.delivery.report import files as report_files
from tests.dagster_project import report_warehouse as shop
from tests.dagster_project.test_report_page import Outline, text_of

STEM = f"weekly_{shop.WEEK}_email"


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    path = shop.build(tmp_path_factory.mktemp("mail") / "w.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def folder(con, tmp_path_factory):
    out = tmp_path_factory.mktemp("mail_files")
    write_weekly_report(con, out)
    return out


def test_mail_programs_can_show_it(folder):
    html = (folder / f"{STEM}.html").read_text()
    assert len(html.encode()) < 100_000
    parser = Outline()
    parser.feed(html)
    assert parser.open == []
    assert not {tag for tag, _ in parser.tags} & {"script", "link", "img", "style", "iframe", "svg", "a", "form"}
    assert not re.search(r"https?://|url\(|class=|javascript:", html)
    assert len(html.encode()) > 3_000


def test_both_versions_say_the_same_figures(con, folder):
    parser = Outline()
    parser.feed((folder / f"{STEM}.html").read_text())
    text = (folder / f"{STEM}.txt").read_text()
    for headline in headline_figures(con):
        if headline.value is not None:
            value = headline.texts()["value"]
            assert value.replace("\xa0", " ") in text_of(parser), headline.metric_id
            assert f"{headline.name}: {value}" in text
    for words in ("Cart recovery rate", "Unauthorised promises", "Incidents: no data landed", shop.WEEK.strftime("%Y")):
        assert words in text
    assert "Contradictory <messages>: no case" in text, "nothing is escaped in plain text"
    assert not re.search(r"<[a-z/]", text.replace("<messages>", "").replace("<b>", ""))


def test_no_call_and_nobody_is_named(folder):
    for suffix in ("html", "txt", "eml"):
        text = (folder / f"{STEM}.{suffix}").read_text()
        assert "call-" not in text
        assert "4711" not in text


def test_the_draft_holds_both(folder):
    message = email.message_from_bytes((folder / f"{STEM}.eml").read_bytes(), policy=default)
    assert message["Subject"] == "Why customers called, 10 to 16 Aug 2026"
    assert message["From"] is None
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    plain = message.get_body(("plain",)).get_content()
    assert plain.replace("\r\n", "\n").strip() == (folder / f"{STEM}.txt").read_text().strip()


def test_same_warehouse_same_files(con, folder, tmp_path):
    write_weekly_report(con, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


def test_extras_stay_until_the_week_changes(con, tmp_path):
    write_weekly_report(con, tmp_path)
    printed = tmp_path / f"weekly_{shop.WEEK}.pdf"
    printed.write_bytes(b"%PDF of this version")
    other = tmp_path / "weekly_2026-08-03.pdf"
    other.write_bytes(b"%PDF of another week")
    page = write_weekly_report(con, tmp_path, with_email=False)
    assert printed.exists()
    assert (tmp_path / f"{STEM}.html").exists()
    page.write_text("an earlier version")
    write_weekly_report(con, tmp_path, with_email=False)
    assert not printed.exists()
    assert not (tmp_path / f"{STEM}.html").exists()
    assert other.exists()


def test_nothing_is_replaced_when_a_file_cannot_be_written(con, tmp_path, monkeypatch):
    page = write_weekly_report(con, tmp_path)
    page.write_text("standing")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(report_files.mail, "render_mail", lambda report: {"first.txt": b"", "x" * 300: b""})
    with pytest.raises(OSError, match="too long"):
        write_weekly_report(con, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_without_a_browser_nothing_is_written_and_the_way_out_is_told(con, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("WHYCALL_BROWSER", raising=False)
    with pytest.raises(NoBrowser, match="apt install chromium"):
        write_weekly_report(con, tmp_path, with_pdf=True)
    assert list(tmp_path.iterdir()) == []
