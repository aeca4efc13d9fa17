"""Numbers and names as people read them: percent, minutes, weeks, plain words for codes."""

import re
from datetime import date, timedelta

from classifiers.callers import without_names

NOT_AVAILABLE = "not available"
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
SPACE = "\N{NO-BREAK SPACE}"
# what identifies a person or an order in what was said
_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"#?\b[A-Z]{0,4}-?\d[\d\s\-]{2,}\d\b|\+\d[\d\s]*\d")
TIMES = {"seconds": 1, "minutes": 60, "hours": 3600}
UNIT_WORDS = {
    "share": ("share", "rate", "percent", "proportion", "fraction"),
    "seconds": ("second",),
    "minutes": ("minute",),
    "hours": ("hour",),
    "count": ("count", "calls", "number"),
}


def unit_kind(unit: str | None, metric_kind: str | None = None) -> str:
    """Return how a registry unit is written: share, points, seconds, minutes, hours, count or ratio.

    Args:
        unit: unit of the registry.
        metric_kind: kind of the metric: a difference of shares is points, a count is a whole number.
    """
    text = (unit or "").lower()
    if metric_kind == "count":
        return "count"
    if " per " in f" {text} ":
        return "ratio"
    for kind, words in UNIT_WORDS.items():
        if any(word in text for word in words):
            return "points" if kind == "share" and metric_kind == "difference" else kind
    return "ratio"


def number(value: float | None) -> str:
    """Return a whole number with thousands separators."""
    return NOT_AVAILABLE if value is None else f"{round(value):,}".replace("-", MINUS)


def percent(value: float | None) -> str:
    """Return a share from 0 to 1 as a percentage with one decimal."""
    return NOT_AVAILABLE if value is None else f"{value * 100:.1f}%"


def duration(seconds: float | None) -> str:
    """Return seconds as `48 s`, `6 min 12 s`, `3 h 20 min` or `2.4 days`."""
    if seconds is None:
        return NOT_AVAILABLE
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{SPACE}s"
    if whole < 90 * 60:
        minutes, rest = divmod(whole, 60)
        tail = f" {rest}{SPACE}s" if rest and minutes < 30 else ""
        return f"{minutes}{SPACE}min{tail}"
    if whole < 48 * 3600:
        hours, rest = divmod(round(whole / 60), 60)
        return f"{hours}{SPACE}h" + (f" {rest}{SPACE}min" if rest else "")
    return f"{whole / 86400:.1f}{SPACE}days"


def value_text(value: float | None, kind: str) -> str:
    """Return a metric value in the words of its kind (see `unit_kind`)."""
    if value is None:
        return NOT_AVAILABLE
    if kind == "share":
        return percent(value)
    if kind == "points":
        return change_text(value, "share")
    if kind in TIMES:
        return f"{MINUS if value < 0 else ''}{duration(abs(value) * TIMES[kind])}"
    if kind == "count":
        return number(value)
    return f"{value:,.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.4f}"


def interval_text(low: float | None, high: float | None, kind: str) -> str:
    """Return a 95 % interval, empty when the metric has none; open above while too many cases still wait."""
    if low is not None and high is None and kind in TIMES:
        return f"{value_text(low, kind)} or more"
    if low is None or high is None:
        return ""
    if kind == "share":
        return f"{low * 100:.1f}{DASH}{high * 100:.1f}%"
    if kind == "points":
        return f"{value_text(low, kind)} to {value_text(high, kind)}"
    separator = f" {DASH} " if kind in TIMES else DASH
    return f"{value_text(low, kind)}{separator}{value_text(high, kind)}"


def change_text(change: float | None, kind: str) -> str:
    """Return a signed difference; shares in percentage points."""
    if change is None:
        return NOT_AVAILABLE
    sign = "+" if change > 0 else MINUS
    size = abs(change)
    text = {
        "share": f"{size * 100:.1f} points",
        "points": f"{size * 100:.1f} points",
        "ratio": f"{size:.2g}",
    }.get(kind)
    text = text or value_text(size, kind)
    return "no change" if _is_zero(text) else f"{sign}{text}"


def _is_zero(text: str) -> bool:
    return not any(digit in text for digit in "123456789")


def basis_text(
    above: float | None, below: float | None, value: float | None, kind: str, metric_kind: str | None = None
) -> str:
    """Return numerator and denominator in words; a mean or median shows only its cases.

    Where the value is an estimate for unfinished cases, the numerator is what was seen so far.
    """
    if below is None:
        return ""
    # what is held against an expectation has no numerator of its own
    if kind in TIMES or kind == "points" or above is None or metric_kind == "deflection":
        return f"{number(below)} cases"
    if kind == "ratio":
        return f"{number(above)} / {number(below)}"
    is_estimate = value is not None and abs(value - above / (below or 1)) > 1e-9
    so_far = " so far" if is_estimate and kind == "share" else ""
    return f"{number(above)}{so_far} of {number(below)}"


def day(value: date) -> str:
    """Return a date as `3 Aug 2026`."""
    return f"{value.day} {value:%b %Y}"


def week_span(monday: date) -> str:
    """Return the seven days of a week as `3 to 9 Aug 2026`, shortening what both ends share."""
    sunday = monday + timedelta(days=6)
    if monday.year != sunday.year:
        return f"{day(monday)} to {day(sunday)}"
    if monday.month != sunday.month:
        return f"{monday.day} {monday:%b} to {day(sunday)}"
    return f"{monday.day} to {day(sunday)}"


def week_short(monday: date) -> str:
    """Return the seven days of a week without the year: `3 to 9 Aug`."""
    sunday = monday + timedelta(days=6)
    month = "" if monday.month == sunday.month else f" {monday:%b}"
    return f"{monday.day}{month} to {sunday.day} {sunday:%b}"


def iso_week(monday: date) -> str:
    """Return the ISO week as `2026-W32`."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def plain(code: str | None) -> str:
    """Return a code in upper or snake case as words: `out_for_delivery` -> `Out for delivery`."""
    words = (code or "").replace("_", " ").replace(".", " ").strip()
    if words.isupper() or "_" in (code or ""):
        words = words.lower()
    return words[:1].upper() + words[1:]


def sentence(text: str) -> str:
    """Return a text with its first letter in upper case, the rest as it was."""
    return text[:1].upper() + text[1:]


def spoken(text: str | None, most: int = 160) -> str:
    """Return what was said, on one line, without mail addresses, phone and order numbers, and who calls."""
    words = without_names(" ".join((text or "").split()))
    words = _NUMBER.sub("[number]", _ADDRESS.sub("[address]", words))
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]} ..."
