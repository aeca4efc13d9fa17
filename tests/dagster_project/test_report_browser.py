"""The page in a real browser: fits a phone, keeps its contrast in light and dark."""

import shutil

import duckdb
import pytest

from dagster_project.delivery.report import write_weekly_report
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
def page_path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    with duckdb.connect(str(shop.build(folder / "w.duckdb")), read_only=True) as con:
        return write_weekly_report(con, folder)


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_can_be_read(browser, page_path, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("request", lambda request: problems.append(request.url))
    page.goto(page_path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    ratio, words = page.evaluate(CONTRAST)
    assert ratio >= 4.5, words
    assert problems == [page_path.as_uri()]
    page.close()


def test_print_is_light_even_on_a_dark_screen(browser, page_path):
    page = browser.new_page(color_scheme="dark")
    page.goto(page_path.as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST)[0] >= 4.5
    page.close()
