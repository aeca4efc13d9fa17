"""Prints pages to PDF with a browser of this machine."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_VARIABLE = "WHYCALL_BROWSER"
SECONDS = 120
_PAGE_LINK = re.compile(r' href="weekly_[^"]*"')
_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    # header and footer stand in the page's style sheet
    "--no-pdf-header-footer",
)


class NoBrowser(Exception):
    """No PDF can be made; the message says what to do."""


def pdf_name(page: str) -> str:
    """Return the name of a page's PDF."""
    return str(Path(page).with_suffix(".pdf"))


def find_browser() -> str:
    """Return the browser to print with: WHYCALL_BROWSER, else Chromium or Chrome on the path.

    Raises:
        NoBrowser: there is none.
    """
    named = os.environ.get(BROWSER_VARIABLE)
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    if named:
        raise NoBrowser(f"{BROWSER_VARIABLE} names no program: {named}")
    raise NoBrowser(
        "a PDF needs Chromium or Chrome and none was found; install it (Debian: apt install chromium), "
        f"or name it in {BROWSER_VARIABLE}"
    )


def print_pages(pages: Mapping[str, str]) -> dict[str, bytes]:
    """Return each page as PDF, by the name of its file.

    Raises:
        NoBrowser: there is no browser, or it printed nothing.
    """
    browser = find_browser()
    printed = {}
    with tempfile.TemporaryDirectory(prefix="whycall_pdf_") as folder:
        for name, html in pages.items():
            # a link between pages would point into this folder
            (Path(folder) / name).write_text(_PAGE_LINK.sub("", html), encoding="utf-8")
        for name in pages:
            printed[pdf_name(name)] = _print(browser, Path(folder), Path(folder) / name)
    return printed


def _print(browser: str, folder: Path, page: Path) -> bytes:
    target = page.with_suffix(".pdf")
    # the sandbox needs rights that root has given up; the page is ours and runs no script
    flags = [*_FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [*_FLAGS]
    command = [browser, *flags, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}", page.as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoBrowser(f"{browser} did not print {page.name}: {error}") from error
    if not target.exists() or not target.read_bytes().startswith(b"%PDF"):
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise NoBrowser(f"{browser} printed no PDF of {page.name} (exit code {done.returncode}): {last[0]}")
    return target.read_bytes()
