"""The pages in a real browser: they fit a phone, keep their contrast, pass axe's rules, and print."""

import re
import shutil
import zlib

import duckdb
import pytest

from dagster_project.delivery.report import write_weekly_report
from dagster_project.delivery.report.workflows import page_name
from tests.dagster_project import report_warehouse as shop

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
# Smallest contrast of text on its background over the whole page (WCAG 2 relative luminance).
CONTRAST = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (top, under) => {
    const a = top[3] === undefined ? 1 : top[3];
    return [0, 1, 2].map((i) => top[i] * a + under[i] * (1 - a));
  };
  const ground = (node) => node === null ? [255, 255, 255]
    : over(rgb(getComputedStyle(node).backgroundColor), ground(node.parentElement));
  let worst = [99, ""];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || node.closest(".visually-hidden, .skip, style")) continue;
    const style = getComputedStyle(node);
    const ink = rgb(node.ownerSVGElement ? style.fill : style.color);
    const back = ground(node);
    const [a, b] = [light(over(ink, back)), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < worst[0]) worst = [ratio, node.textContent.trim().slice(0, 60)];
  }
  return worst;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    with duckdb.connect(str(shop.build(folder / "w.duckdb")), read_only=True) as con:
        write_weekly_report(con, folder, with_pdf=CHROMIUM is not None)
    return folder


@pytest.fixture(scope="module")
def page_path(folder):
    return folder / page_name(shop.WEEK)


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def pages_of(folder):
    return sorted(folder.glob("weekly_*.html"))


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_and_can_be_read(browser, folder, width, scheme):
    assert len(pages_of(folder)) == 8
    for path in pages_of(folder):
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        problems = []
        page.on("console", lambda message, problems=problems: problems.append(message.text))
        page.on("request", lambda request, problems=problems: problems.append(request.url))
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width, path.name
        ratio, words = page.evaluate(CONTRAST)
        assert ratio >= 4.5, (path.name, words)
        assert problems == [path.as_uri()]
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser, folder, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for path in pages_of(folder):
        # the page allows no script of its own; axe comes from outside
        context = browser.new_context(bypass_csp=True, color_scheme=scheme)
        page = context.new_page()
        page.goto(path.as_uri())
        found = axe.run(page).response
        assert found["passes"], "the rules ran"
        serious = [
            (rule["id"], rule["impact"], [node["html"][:120] for node in rule["nodes"][:3]])
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
        ]
        assert serious == [], path.name
        context.close()


def test_axe_would_find_a_fault(browser, tmp_path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    bad = tmp_path / "bad.html"
    bad.write_text('<!doctype html><html><title>x</title><p style="color:#aaa">grey</p><a href="#"></a></html>')
    page = browser.new_page()
    page.goto(bad.as_uri())
    assert {"html-has-lang", "color-contrast", "link-name"} <= {
        rule["id"] for rule in axe.run(page).response["violations"]
    }
    page.close()


def pdf_text(content: bytes) -> tuple[int, bytes]:
    """Return the number of pages of a PDF and everything in it, unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S)
    unpacked = [zlib.decompressobj().decompress(stream) for stream in streams if stream[:1] == b"\x78"]
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", content)), b"\n".join([content, *unpacked])


def test_every_page_prints(browser, folder):
    for path in pages_of(folder):
        if "email" in path.name:
            continue
        pages, everything = pdf_text(path.with_suffix(".pdf").read_bytes())
        assert 1 <= pages <= 20
        assert b"file:/" not in everything, "no link into a temporary folder"
        assert str(folder).encode() not in everything


def test_no_chart_is_cut_by_the_end_of_a_page(browser, page_path):
    page = browser.new_page(viewport={"width": 700, "height": 1000})
    page.goto(page_path.as_uri())
    page.emulate_media(media="print")
    loose = page.evaluate(
        """() => [...document.querySelectorAll("svg")].filter((chart) => {
          for (let node = chart; node; node = node.parentElement)
            if (getComputedStyle(node).breakInside === "avoid") return false;
          return true;
        }).length"""
    )
    assert page.evaluate("document.querySelectorAll('svg').length") > 20
    assert loose == 0
    page.close()


def test_print_is_light_even_on_a_dark_screen(browser, page_path):
    page = browser.new_page(color_scheme="dark")
    page.goto(page_path.as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST)[0] >= 4.5
    page.close()
