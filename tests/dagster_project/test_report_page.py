"""The page: self-contained, escaped, complete, honest about what is missing."""

import re
from html.parser import HTMLParser

import duckdb
import pytest

from dagster_project.delivery.report import headline_figures, write_weekly_report
from tests.dagster_project import report_warehouse as shop

VOID = {"meta", "br", "hr", "img", "input", "line", "rect", "circle", "polygon", "link"}


class Outline(HTMLParser):
    """Collects tags and checks that every one is closed in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    path = shop.build(tmp_path_factory.mktemp("page") / "whycall.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def html(con, tmp_path_factory):
    out = tmp_path_factory.mktemp("reports") / "made" / "here"
    path = write_weekly_report(con, out)
    assert path == out / "weekly_2026-08-10.html"
    assert not [file.name for file in out.iterdir() if not file.name.startswith("weekly_2026-08-10")]
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def outline(html):
    parser = Outline()
    parser.feed(html)
    assert parser.open == []
    return parser


def text_of(outline):
    return re.sub(r"\s+", " ", " ".join(outline.words))


def test_nothing_is_loaded_from_elsewhere(html, outline):
    assert not {tag for tag, _ in outline.tags} & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"https?://|@import|url\(|javascript:", html)
    assert not [attrs for _, attrs in outline.tags if any(name.startswith("on") for name in attrs)]
    assert "default-src 'none'" in html


def test_data_is_escaped(html):
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "Parcel &amp; Sons &lt;b&gt;" in html


def test_no_raw_content_leaves(html):
    assert "SECRET-CONTENT" not in html


def test_every_headline_stands_on_the_page(con, outline):
    words = text_of(outline)
    for headline in headline_figures(con):
        texts = headline.texts()
        assert headline.name in words
        assert texts["value"].replace("\N{NO-BREAK SPACE}", " ") in words
        assert texts["basis"] in words or headline.value is None


def test_provenance(outline):
    words = text_of(outline)
    for expected in ("run-0001", "0.1.0", "2026.1", "words-1", "Europe/Berlin", "a1b2c3"):
        assert expected in words
    assert "17 Aug 2026, 08:00" in words
    assert "10 to 16 Aug 2026" in words


def test_the_ladder_waits_for_its_last_rung(outline):
    words = text_of(outline)
    assert "Waits until every call of the week has had its seven days." in words
    assert "last final week" in words
    assert re.search(r"\d+\.\d points gave up", words)
    assert re.search(r"\d+\.\d points came back", words)


def test_missing_figures_are_named_never_zero(outline):
    words = text_of(outline)
    assert "not available" in words
    assert "Published once every case of the week has had its 168 hours" in words


def test_small_cells_come_last_and_are_marked(html):
    service = html[html.index('id="service"') : html.index('id="on-time"')]
    by_carrier = service[: service.index("By region")]
    assert by_carrier.index("Bluebird") < by_carrier.index("Tortoise")
    assert "small" in by_carrier[by_carrier.index("Tortoise") :]
    assert "at least" in by_carrier


def test_tables_have_captions_and_scopes(outline):
    tags = [tag for tag, _ in outline.tags]
    assert tags.count("table") == tags.count("caption")
    assert all(attrs.get("scope") for tag, attrs in outline.tags if tag == "th")


def test_charts_have_words_or_are_decoration(outline):
    charts = [attrs for tag, attrs in outline.tags if tag == "svg"]
    assert len(charts) > 20
    for attrs in charts:
        assert attrs.get("aria-label") if attrs.get("role") == "img" else attrs["aria-hidden"]


def test_headings_leave_no_level_out(outline):
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))


def test_ids_are_unique_and_links_lead_somewhere(outline):
    ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs["href"] for tag, attrs in outline.tags if tag == "a" and attrs["href"].startswith("#")]
    assert {link[1:] for link in links} <= set(ids)


def test_data_quality(outline):
    words = text_of(outline)
    assert "Bad timestamp" in words
    assert ".csv, row 17" in words
    assert "fax/" in words
    assert "mood" in words
    assert "48,400" in words, "rows read of all sources"


def test_same_warehouse_same_page(con, html, tmp_path):
    again = write_weekly_report(con, tmp_path, shop.WEEK).read_text(encoding="utf-8")
    assert again == html


def test_an_unfinished_week_says_so(con, tmp_path):
    page = write_weekly_report(con, tmp_path, shop.WEEKS[-1]).read_text(encoding="utf-8")
    assert "This week was not over" in page


def test_a_warehouse_without_calls_still_gives_a_page(tmp_path):
    path = shop.build(tmp_path / "whycall.duckdb")
    with duckdb.connect(str(path)) as connection:
        for table in ("marts.metric_weekly", "marts.fct_calls", "ops.load_ledger",
                      "ops.quarantine", "ops.unknown_sources", "ops.schema_drift"):  # fmt: skip
            connection.execute(f"delete from {table}")
        page = write_weekly_report(connection, tmp_path).read_text(encoding="utf-8")
    assert "Nothing stands out" in page
    assert "No row is in quarantine" in page
    assert "0.0%" not in page


def test_a_warehouse_that_no_run_built_is_refused(tmp_path):
    path = shop.build(tmp_path / "whycall.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from ops.run_context")
        with pytest.raises(ValueError, match="whycall run"):
            write_weekly_report(connection, tmp_path)
