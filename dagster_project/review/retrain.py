"""`whycall train --from-reviews` and `whycall review recalibrate`: what people decided goes back into the model.

A third of the decided calls, chosen by a hash of the call's identifier, is never trained on: the frozen gold
set that every retrained model must stand up to. A model is calibrated on audited calls that it was not
trained on.
"""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.gold import SHEET_FILE, GoldSet, mark, read_sheet
from classifiers.labelled import LabelledTexts
from classifiers.recalibration import Audit, recalibrate
from classifiers.taxonomy import NO_REASON
from classifiers.train_labelled import TrainingSummary, train_with_decisions
from dagster_project.models import adopt, load_model, warehouse_model
from dagster_project.review.gold import Reviewed, reviewed_texts
from dagster_project.settings import ConfigurationError
from dagster_project.warehouse import Warehouse

FROZEN = 3
"""One decided call in so many is kept for judging."""
FROZEN_NAME = "frozen decisions"

_AUDIT = """
select call_id, true_code, 1 / sampling_probability
from intermediate.int_audit_calls
where is_audited
order by call_id
"""

_AUDITED_TURNS = """
select audit.call_id, turns.turn_no, turns.speaker, turns.text
from intermediate.int_audit_calls as audit
inner join raw.all_call_turns as turns on turns.call_key = audit.call_key
where audit.is_audited
order by audit.call_id, turns.turn_no
"""


def is_frozen(item_id: str) -> bool:
    """Tell whether a decided call is kept for judging, whatever the model."""
    return int(hashlib.sha256(item_id.encode()).hexdigest()[:8], 16) % FROZEN == 0


def retrain(
    warehouse: Warehouse,
    output: Path | None,
    sets: Sequence[GoldSet],
    force: bool,
    pseudo: Sequence[str] = (),
) -> TrainingSummary:
    """Fit the shipped corpus and the decisions of a warehouse; the model becomes the warehouse's own.

    Args:
        warehouse: must have been published.
        output: folder of the model instead; the warehouse's own stays.
        sets: further gold sets.
        force: also if it is worse.
        pseudo: unlabelled texts for the second opinion to label.

    Raises:
        ConfigurationError: nothing was published or decided.
        GateError: the new model is worse than the one in use.
    """
    reviewed = reviewed_texts(warehouse).texts
    if not reviewed:
        raise ConfigurationError(f"nobody has decided anything in {warehouse.directory} (whycall review export)")
    frozen = [item for item in reviewed if is_frozen(item.item_id)]
    texts = {item.text for item in frozen}
    learned = [item for item in reviewed if not is_frozen(item.item_id) and item.text not in texts]
    gold = [GoldSet(FROZEN_NAME, [i.text for i in frozen], [i.code for i in frozen])] if frozen else []
    decided = _labelled(learned)
    old = warehouse_model(warehouse.directory)
    if output is not None:
        return train_with_decisions(decided, [*gold, *sets], old, output, force, pseudo)
    summaries: list[TrainingSummary] = []

    def write(folder: Path) -> str:
        summaries.append(train_with_decisions(decided, [*gold, *sets], old, folder, force, pseudo))
        return summaries[0].version

    adopt(warehouse, write)
    return summaries[0]


def _labelled(items: Sequence[Reviewed]) -> LabelledTexts:
    return LabelledTexts([i.text for i in items], [i.code for i in items], list(range(len(items))))


@dataclass(frozen=True)
class Recalibrated:
    """What a recalibration did: the folder of the new model, None if nothing moved, and why."""

    folder: Path | None
    lines: tuple[str, ...]


def recalibrate_warehouse(warehouse: Warehouse, precision: float) -> Recalibrated:
    """Fit temperature and thresholds on the random audit; the model becomes the warehouse's own if they move.

    Args:
        warehouse: must have been published.
        precision: asked of every accepted code.

    Raises:
        ConfigurationError: nothing was published, or the model cannot be read.
    """
    old = warehouse_model(warehouse.directory)
    model = load_model(old)
    with warehouse.connect_published() as con:
        rows = con.execute(_AUDIT).fetchall()
        turns = con.execute(_AUDITED_TURNS).to_arrow_table()
    trained_on = _trained_on(warehouse, old)
    codes = {
        str(call): NO_REASON if code == "NO_REASON_STATED" else str(code)
        for call, code, _ in rows
        if call not in trained_on
    }
    codes = {call: code for call, code in codes.items() if code in model.classes_}
    chosen = turns.filter([call in codes for call in turns["call_id"].to_pylist()])
    spoken = set(chosen["call_id"].to_pylist())
    codes = {call: code for call, code in codes.items() if call in spoken}
    found = recalibrate(model, Audit(chosen, codes, {str(call): float(weight) for call, _, weight in rows}), precision)
    if found.model is None:
        return Recalibrated(None, found.lines)
    moved = found.model

    def write(folder: Path) -> str:
        moved.save(folder)
        if (old / SHEET_FILE).exists():
            shutil.copyfile(old / SHEET_FILE, folder / SHEET_FILE)
        return moved.model_version

    return Recalibrated(adopt(warehouse, write), found.lines)


def _trained_on(warehouse: Warehouse, model: Path) -> set[str]:
    """Calls whose texts the model has seen: they would call it surer than it is."""
    sheet = read_sheet(model)
    if sheet is None:
        return set()
    items = reviewed_texts(warehouse).texts
    return {item.item_id for item in items if not is_frozen(item.item_id) and mark(item.text) in sheet.answers}
