"""`whycall review gold`: what people decided, as labelled texts to train and to judge a model on."""

import csv
from dataclasses import dataclass
from pathlib import Path

from classifiers.taxonomy import NO_REASON
from dagster_project.settings import ConfigurationError
from dagster_project.warehouse import Warehouse

# the turn that held the evidence; of a code that people changed nobody knows the turn, so all the customer said
_LABELS = """
with decided as (
    select
        call_key,
        arg_max(resolved_code, (decided_at, decision_id)) as code,
        count(distinct resolved_code) filter (effect in ('in_force', 'overruled')) as count_codes,
    from marts.fct_reason_decisions
    where effect in ('in_force', 'overruled')
    group by call_key
)

select
    coalesce(
        string_agg(turns.text, ' ' order by turns.turn_no) filter (
            turns.turn_no = tags.span_turn_no and (tags.code = decided.code or tags.status = 'abstained')
        ),
        string_agg(turns.text, ' ' order by turns.turn_no)
    ) as text,
    decided.code,
    any_value(tags.call_id) as item_id,
    bool_or(audit.is_audited) as is_audit_sample,
    decided.count_codes > 1 as is_disputed,
from decided
inner join raw.all_call_turns as turns on turns.call_key = decided.call_key and turns.speaker = 'customer'
inner join raw.reason_tags as tags on tags.call_key = decided.call_key and tags.rank = 1
left join intermediate.int_audit_calls as audit on audit.call_key = decided.call_key
group by decided.call_key, decided.code, decided.count_codes
order by decided.call_key
"""


@dataclass(frozen=True)
class Reviewed:
    """A text with the code that people gave it."""

    item_id: str
    text: str
    code: str


@dataclass(frozen=True)
class ReviewedTexts:
    """Reviewed texts without doubles, and what was left out.

    Attributes:
        texts: sorted by text and code; of equal texts the least item.
        disputed: calls left out because their reviewers disagree.
        ambiguous: texts left out because they carry two codes.
    """

    texts: list[Reviewed]
    disputed: int
    ambiguous: int


@dataclass(frozen=True)
class GoldResult:
    """What was exported; see ReviewedTexts."""

    texts: int
    disputed: int
    ambiguous: int


def reviewed_texts(warehouse: Warehouse, only_audit: bool = False) -> ReviewedTexts:
    """Return what people decided.

    Args:
        warehouse: must have been published.
        only_audit: only calls of the random audit.

    Raises:
        ConfigurationError: nothing is published.
    """
    with warehouse.connect_published() as con:
        rows = con.execute(_LABELS).fetchall()
    disputed = 0
    found: dict[str, list[Reviewed]] = {}
    for text, code, item_id, is_audit, is_disputed in rows:
        if not str(text or "").strip() or (only_audit and not is_audit):
            continue
        if is_disputed:
            disputed += 1
            continue
        label = NO_REASON if code == "NO_REASON_STATED" else str(code)
        words = " ".join(str(text).split())
        found.setdefault(words, []).append(Reviewed(str(item_id), words, label))
    clear = [
        min(items, key=lambda item: item.item_id) for items in found.values() if len({item.code for item in items}) == 1
    ]
    texts = sorted(clear, key=lambda item: (item.text, item.code))
    return ReviewedTexts(texts, disputed, len(found) - len(texts))


def export_gold(warehouse: Warehouse, output: Path, only_audit: bool = False) -> GoldResult:
    """Write reviewed texts with their codes as CSV (text, code), without doubles.

    Args:
        warehouse: must have been published.
        output: the file to write.
        only_audit: only calls of the random audit: a fair sample to judge a model on.

    Raises:
        ConfigurationError: nothing is published, or the file cannot be written.
    """
    found = reviewed_texts(warehouse, only_audit)
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text", "code"])
            writer.writerows((item.text, item.code) for item in found.texts)
    except OSError as error:
        raise ConfigurationError(f"cannot write {output}: {error.strerror} (give another --output)") from error
    return GoldResult(len(found.texts), found.disputed, found.ambiguous)
