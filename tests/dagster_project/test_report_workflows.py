"""One page per workflow: linked, complete, honest about rules and about what never landed."""

import re

import duckdb
import pytest

from dagster_project.delivery.report import write_weekly_report
from dagster_project.delivery.report.workflows import WORKFLOWS, page_name
from tests.dagster_project import report_warehouse as shop
from tests.dagster_project.test_report_page import Outline, text_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("workflows")
    with duckdb.connect(str(shop.build(out / "w.duckdb")), read_only=True) as con:
        write_weekly_report(con, out)
    return out


def page(folder, key):
    return (folder / f"weekly_{shop.WEEK}_{key}.html").read_text()


def words(html):
    parser = Outline()
    parser.feed(html)
    assert parser.open == []
    return text_of(parser)


@pytest.mark.requirement("SD054")
def test_every_page_is_there_and_every_link_leads_to_one(folder):
    names = {page_name(shop.WEEK), *(page_name(shop.WEEK, workflow) for workflow in WORKFLOWS)}
    for name in names:
        html = (folder / name).read_text()
        links = set(re.findall(r'href="([^"#]+)"', html))
        assert links == names, name
        assert not re.search(r"https?://|@import|url\(|javascript:", html)
        assert html.count('aria-current="page"') == 1
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_what_never_landed_is_said(folder):
    assert "No data landed for this workflow" in words(page(folder, "incident"))
    assert "This warehouse defines no metric of it." in words(page(folder, "incident"))
    assert "No data landed" not in words(page(folder, "cart_recovery"))
    main = words((folder / page_name(shop.WEEK)).read_text())
    assert main.count("No data landed for this workflow.") == 2


@pytest.mark.requirement("SD054")
def test_a_rule_passes_fails_or_has_no_case(folder):
    text = words(page(folder, "policy"))
    broken = re.search(r"Unauthorised promises M-09c Fail ([12]) 120", text)
    assert broken, text
    assert re.search(r"Duplicate side effects M-50 Pass 0 80", text)
    assert re.search(r"Contradictory <messages> M-49 No case this week . no case", text)
    main = words((folder / page_name(shop.WEEK)).read_text())
    assert f"Fail Unauthorised promises: {broken[1]} of 120" in main


def test_a_jump_of_a_workflow_is_a_real_change_on_both_pages(folder):
    text = words(page(folder, "cart_recovery"))
    assert "+25.0 points against 20.0% in the 4 weeks before , beyond chance" in text
    main = words((folder / page_name(shop.WEEK)).read_text())
    assert "Cart recovery rate 45.0% , up from 20.0% in the 4 weeks before." in main
    assert re.search(r"Abandoned carts 1 of 1 metrics have figures Cart recovery rate 45.0%", main)


def test_best_and_worst_are_rankable_and_no_tautology(folder):
    text = words(page(folder, "cart_recovery"))
    ends = text[text.index("Where it is best and worst") : text.index("Definitions")]
    assert ends.index("segment consumer: 30.0%") < ends.index("segment business: 10.0%")
    assert "rare" not in ends, "three carts are no rank"
    assert "recovered" not in ends, "by outcome every share is nought or one"


def test_a_warehouse_of_an_older_registry_still_gives_pages(tmp_path):
    path = shop.build(tmp_path / "w.duckdb")
    with duckdb.connect(str(path)) as con:
        for column in ("workflow", "must_be_zero", "week_column", "fact_table"):
            con.execute(f"alter table marts.dim_metrics drop column {column}")
        write_weekly_report(con, tmp_path)
    assert "No data landed for this workflow" in words(page(tmp_path, "order_support"))
