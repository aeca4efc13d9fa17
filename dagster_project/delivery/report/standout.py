"""What stands out this week, in sentences, and the rules that decided it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dagster_project.delivery.report import formats
from dagster_project.delivery.report.cells import ALL, DIMENSIONS, REASON_SHARE, Cell
from dagster_project.delivery.report.compare import Comparison, Family, against_before, against_rest
from dagster_project.delivery.report.echoes import said_of_all, spoken_once, without_echo
from dagster_project.delivery.report.reasons import Reasons
from dagster_project.delivery.report.source import Row

SLICED_IDS = ("M-01b", "M-04", "M-08", "M-06", "M-32")
SLICES = ("carrier", "region", "carrier+region")
MOST_LINES = 6


@dataclass(frozen=True)
class Line:
    """One line of the list: where, what, against what, and whether it is good or bad news."""

    cell: Cell
    reference: float
    place: str
    subject: str
    value: str
    against: str
    basis: str
    tone: str
    is_up: bool


@dataclass(frozen=True)
class StandOut:
    """The three lists and how many comparisons each came from."""

    overall: list[Line]
    overall_tested: int
    overall_hidden: int
    changed: list[Line]
    changed_tested: int
    changed_hidden: int
    differs: list[Line]
    differs_tested: int
    differs_hidden: int

    @property
    def lines(self) -> list[Line]:
        """All lines, the whole shop first."""
        return [*self.overall, *self.changed, *self.differs]

    @property
    def repeated(self) -> set[Cell]:
        """Cells that differ from the others and have changed as well: what is behind them is told once."""
        return {line.cell for line in self.changed} & {line.cell for line in self.differs}

    @property
    def is_quiet(self) -> bool:
        """Whether nothing stands out."""
        return not (self.overall or self.changed or self.differs)


class Speaker:
    """Turns comparisons into sentences with the names of metrics and reasons."""

    def __init__(self, registry: dict[str, Row], reasons: Reasons) -> None:
        """Take the metric registry by id and the reason codes."""
        self._registry = registry
        self._reasons = reasons

    def sentence(self, cell: Cell, reference: float, against: str) -> Line:
        """Return the sentence for one cell against a reference value.

        Args:
            cell: the figure of the week.
            reference: what it is compared with.
            against: how the reference is told, with `{way}` for up or down and `{reference}`.
        """
        metric = self._registry.get(cell.metric_id, {})
        kind = "share" if cell.metric_id == REASON_SHARE else formats.unit_kind(metric.get("unit"), metric.get("kind"))
        change = (cell.value or 0) - reference
        interval = formats.interval_text(cell.ci_low, cell.ci_high, kind)
        basis = formats.basis_text(cell.numerator, cell.denominator, cell.value, kind, metric.get("kind"))
        way = "up" if change > 0 else "down"
        tail = against.format(way=way, reference=formats.value_text(reference, kind))
        return Line(
            cell=cell,
            reference=reference,
            place=place_words(cell),
            subject=self._what(cell, metric),
            value=formats.value_text(cell.value, kind),
            against=tail,
            basis=f"95% interval {interval}, {basis}",
            tone=tone(metric.get("direction"), change),
            is_up=change > 0,
        )

    def is_reason(self, cell: Cell) -> bool:
        """Tell whether the cell is about a verified reason and not a state in its place."""
        return not self._reasons(cell.reason_code).is_state

    def _what(self, cell: Cell, metric: Row) -> str:
        if cell.metric_id != REASON_SHARE:
            return str(metric.get("metric_name", cell.metric_id))
        name = self._reasons(cell.reason_code).name
        return f"Calls about \N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"


def place_words(cell: Cell) -> str:
    """Return where a cell lies: `Carrier A, region B`, or `Whole shop`."""
    words = [
        f"{dimension.replace('_', ' ')} {cell.place(dimension)}"
        for dimension in DIMENSIONS
        if dimension != "reason_code" and cell.place(dimension) != ALL
    ]
    return formats.plain(", ".join(words)) if words else "Whole shop"


def tone(direction: str | None, change: float) -> str:
    """Return `good`, `bad` or `plain` for a change of a metric that should go up or down."""
    wanted = (direction or "").lower()
    sign = 1 if wanted.startswith(("up", "high")) else -1
    if change == 0 or not wanted.startswith(("up", "high", "down", "low")):
        return "plain"
    return "good" if change * sign > 0 else "bad"


def overall_changes(cells: Sequence[Cell]) -> Family:
    """Test the whole shop's figures, of all workflows together, against the four weeks before."""
    return against_before([cell for cell in cells if cell.slice_by == "all"])


def stand_out(cells: Sequence[Cell], shares: Sequence[Cell], speaker: Speaker) -> StandOut:
    """Return what stands out among the cells of a week.

    Args:
        cells: all metrics unsliced; `SLICED_IDS` by carrier, region and carrier+region.
        shares: reason shares, see `cells.reason_shares`.
        speaker: makes the sentences.
    """
    overall = overall_changes(cells)
    sliced = [c for c in cells if c.slice_by in SLICES and c.metric_id in SLICED_IDS]
    verified = [c for c in shares if speaker.is_reason(c)]
    by_place = [c for c in verified if "+" in c.slice_by]
    changed = against_before([*sliced, *verified])
    differs = against_rest([*(c for c in sliced if "+" not in c.slice_by), *by_place])
    everywhere = [one for one in changed.found if one.cell.slice_by == "reason_code"]
    overall_lines = sorted([*spoken_once(overall), *everywhere], key=lambda one: one.p)
    changed_lines = [
        one for one in without_echo(changed) if one not in everywhere and not said_of_all(one, everywhere, differs)
    ]
    differs_lines = without_echo(differs)
    return StandOut(
        overall=[_changed(one, speaker) for one in overall_lines[:MOST_LINES]],
        overall_tested=overall.tested,
        overall_hidden=max(0, len(overall_lines) - MOST_LINES),
        changed=[_changed(one, speaker) for one in changed_lines[:MOST_LINES]],
        changed_tested=changed.tested,
        changed_hidden=max(0, len(changed_lines) - MOST_LINES),
        differs=[_differs(one, speaker) for one in differs_lines[:MOST_LINES]],
        differs_tested=differs.tested,
        differs_hidden=max(0, len(differs_lines) - MOST_LINES),
    )


def _changed(one: Comparison, speaker: Speaker) -> Line:
    return speaker.sentence(one.cell, one.reference, _before_words(one.cell))


def _before_words(cell: Cell) -> str:
    return f"{{way}} from {{reference}} in the {cell.base_weeks} weeks before"


def _differs(one: Comparison, speaker: Speaker) -> Line:
    others = "other regions" if one.cell.region != ALL else "other carriers"
    return speaker.sentence(one.cell, one.reference, f"against {{reference}} for the {others}")
