"""Leaves out of a list what another line of it says already."""

from collections.abc import Sequence

from dagster_project.delivery.report.cells import ALL, REASON_SHARE
from dagster_project.delivery.report.compare import Comparison, Family

# the other rungs of the ladder and the wider repeat rate move with a headline figure: one line says it
ECHOES = {"M-01a": "M-01b", "M-01c": "M-01b", "M-04any": "M-04"}


def spoken_once(family: Family) -> list[Comparison]:
    """Leave out a figure whose headline figure says the same already."""
    known = {(one.cell.metric_id, one.change > 0) for one in family.found}
    return [one for one in family.found if (ECHOES.get(one.cell.metric_id, ""), one.change > 0) not in known]


def said_of_all(one: Comparison, everywhere: Sequence[Comparison], differs: Family) -> bool:
    """Tell whether a reason moved in the whole shop as it did here, and here no more than elsewhere."""
    moved = {(other.cell.reason_code, other.change > 0) for other in everywhere}
    apart = {other.cell for other in differs.found}
    is_reason = one.cell.metric_id == REASON_SHARE
    return is_reason and (one.cell.reason_code, one.change > 0) in moved and one.cell not in apart


def without_echo(family: Family) -> list[Comparison]:
    """Leave out a carrier x region cell when its carrier or region says the same already."""
    known = {
        (one.cell.metric_id, one.cell.reason_code, one.change > 0, one.cell.carrier,
         one.cell.region)
        for one in family.found
    }  # fmt: skip
    kept = []
    for one in family.found:
        cell = one.cell
        key = (cell.metric_id, cell.reason_code, one.change > 0)
        is_fine = ALL not in (cell.carrier, cell.region)
        parents = {(*key, cell.carrier, ALL), (*key, ALL, cell.region)}
        if not (is_fine and parents & known):
            kept.append(one)
    return kept
