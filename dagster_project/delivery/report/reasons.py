"""Why customers called: the verified reasons of the week, overall, by carrier and by region."""

from collections.abc import Sequence
from dataclasses import dataclass

from dagster_project.delivery.report import formats
from dagster_project.delivery.report.cells import ALL, UNKNOWN, Cell
from dagster_project.delivery.report.compare import is_known
from dagster_project.delivery.report.source import Row

TOP_OVERALL = 12
TOP_PER_PLACE = 4
STATES = {
    "ABSTAIN": "Too unsure to name a reason",
    "NO_REASON_STATED": "No reason stated",
    "NOT_A_CONTACT": "Not a real contact",
    "WISMO.UNVERIFIED": "Where is my order, not verified",
    "DELIVERY_FAILED.UNVERIFIED": "Delivery failed, not verified",
    "REFUND_ASK.UNVERIFIED": "Asks for a refund, not verified",
    "SITE_TROUBLE.UNVERIFIED": "Trouble with the site, not verified",
    "WISMO": "Where is my order",
    "DELIVERY_FAILED": "Delivery failed",
    "REFUND_ASK": "Asks for a refund",
    "SITE_TROUBLE": "Trouble with the site",
    "ABSTAINED": "Too unsure to name a reason",
    UNKNOWN: "Not tagged",
}


@dataclass(frozen=True)
class Reason:
    """A reason code in plain words. States that stand in for a reason are `is_state`."""

    code: str
    name: str
    definition: str
    owner: str
    is_state: bool = False
    is_delivery: bool = False


class Reasons:
    """The reason codes of the warehouse, looked up by code; any code gets a name."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Take the rows of `marts.dim_reason_codes`."""
        self._rows = {row["reason_code"]: row for row in rows}

    def __call__(self, code: str) -> Reason:
        """Return the reason behind a code or state."""
        row = self._rows.get(code, {})
        return Reason(
            code=code,
            name=STATES.get(code) or self._group_name(code) or reason_name(code.split(".")[-1]),
            definition=row.get("definition") or "",
            owner=row.get("ops_owner") or "",
            is_state=row.get("reason_kind") != "leaf",
            is_delivery=row.get("l1") == "DEL",
        )

    def _group_name(self, code: str) -> str:
        """Return what a group such as FUL.CONDITION holds, as the group has no words of its own."""
        leaves = [row for row in self._rows.values() if row["reason_code"].startswith(f"{code}.")]
        names = [reason_name(row["reason_code"].split(".")[-1]) for row in leaves if row.get("reason_kind") == "leaf"]
        return ", ".join([names[0], *(name[:1].lower() + name[1:] for name in names[1:])]) if names else ""


def reason_name(leaf: str) -> str:
    """Return the leaf of a code in words: `PRE_DISPATCH_ETA` -> `Pre dispatch ETA`."""
    return formats.plain(leaf).replace(" eta", " ETA")


@dataclass(frozen=True)
class Place:
    """One carrier or region with its most frequent reasons."""

    name: str
    calls: float
    is_small: bool
    reasons: list[Cell]


def split_overall(shares: Sequence[Cell], reasons: Reasons) -> tuple[list[Cell], list[Cell]]:
    """Return the week's verified reasons and its states, each by falling count."""
    overall = sorted(
        (cell for cell in shares if cell.slice_by == "reason_code" and cell.numerator),
        key=_by_count,
    )
    return (
        [cell for cell in overall if not reasons(cell.reason_code).is_state],
        [cell for cell in overall if reasons(cell.reason_code).is_state],
    )


def by_place(shares: Sequence[Cell], dimension: str, reasons: Reasons) -> list[Place]:
    """Return the top reasons of each known carrier or region, rankable places first."""
    places: dict[str, list[Cell]] = {}
    for cell in shares:
        if cell.slice_by == f"{dimension}+reason_code" and cell.place(dimension) != UNKNOWN:
            places.setdefault(cell.place(dimension), []).append(cell)
    found = [
        Place(
            name=name,
            calls=cells[0].denominator or 0,
            is_small=cells[0].is_small,
            reasons=sorted(
                (c for c in cells if c.numerator and not reasons(c.reason_code).is_state),
                key=_by_count,
            )[:TOP_PER_PLACE],
        )
        for name, cells in places.items()
    ]
    return sorted(
        (place for place in found if place.calls),
        key=lambda place: (place.is_small, -place.calls, place.name),
    )


@dataclass(frozen=True)
class Matrix:
    """Delivery reasons by place: shares of each place's calls, with a tint from 0 to 5."""

    dimension: str
    places: list[tuple[str, float, bool]]
    rows: list[tuple[Reason, list[tuple[Cell | None, int]]]]


def delivery_matrix(shares: Sequence[Cell], dimension: str, reasons: Reasons) -> Matrix:
    """Return every delivery reason of the week by carrier or by region."""
    cells = [
        cell
        for cell in shares
        if cell.slice_by == f"{dimension}+reason_code"
        and is_known(cell)
        and cell.denominator
        and cell.reason_code != ALL
        and reasons(cell.reason_code).is_delivery
    ]
    places = sorted(
        {(cell.place(dimension), cell.denominator or 0.0, cell.is_small) for cell in cells},
        key=lambda place: (place[2], -place[1], place[0]),
    )
    found = {(cell.reason_code, cell.place(dimension)): cell for cell in cells}
    totals: dict[str, float] = {}
    for cell in cells:
        totals[cell.reason_code] = totals.get(cell.reason_code, 0) + (cell.numerator or 0)
    top = max((cell.value or 0 for cell in cells if not cell.is_small), default=0) or 1
    codes = [code for code in sorted(totals, key=lambda c: (-totals[c], c)) if totals[code]]
    rows = [(reasons(code), [_tinted(found.get((code, name)), top) for name, _, _ in places]) for code in codes]
    return Matrix(dimension, places, rows)


def _tinted(cell: Cell | None, top: float) -> tuple[Cell | None, int]:
    if cell is None or cell.is_small:
        return cell, 0
    return cell, min(5, round(5 * (cell.value or 0) / top))


def _by_count(cell: Cell) -> tuple[float, str]:
    return -(cell.numerator or 0), cell.reason_code
