"""The reason codes as data: 59 leaves, of which text can tell 44, and 4 stated groups."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

NO_REASON = "NO_REASON"
"""Label of a turn that states no reason: the null class of the model, never a reason code."""
NOT_A_CONTACT = "NOT_A_CONTACT"
"""Label of a turn that is no contact with the shop: a voicemail greeting, a wrong number, a sales call."""
REASONLESS = (NO_REASON, NOT_A_CONTACT)
"""Labels that are no reason codes."""


@dataclass(frozen=True)
class ReasonCode:
    """One leaf of the taxonomy."""

    code: str
    l1: str
    l2: str
    leaf: str
    stated_group: str | None
    decided_by: str
    definition: str
    bitext_intents: tuple[str, ...]

    @property
    def text_class(self) -> str:
        """What the words alone can tell: the leaf itself or its stated group."""
        return self.stated_group or self.code

    @property
    def family(self) -> str:
        """Level 2 of the code, as 'L1.L2'."""
        return f"{self.l1}.{self.l2}"


@dataclass(frozen=True)
class Taxonomy:
    """All reason codes with the version of the file they were read from."""

    codes: tuple[ReasonCode, ...]
    version: str

    @property
    def text_classes(self) -> tuple[str, ...]:
        """The classes a text model predicts: leaves decided by text, then the stated groups."""
        leaves = [c.code for c in self.codes if c.stated_group is None]
        groups = dict.fromkeys(c.stated_group for c in self.codes if c.stated_group is not None)
        return (*leaves, *groups)

    def leaves_of(self, text_class: str) -> tuple[str, ...]:
        """Leaf codes behind a text class (one for a leaf, several for a stated group)."""
        return tuple(c.code for c in self.codes if c.text_class == text_class)

    def by_bitext_intent(self) -> dict[str, str]:
        """Intent names of the public Bitext set to text classes (for evaluation only)."""
        return {intent: c.text_class for c in self.codes for intent in c.bitext_intents}


def load_taxonomy(path: Path | str) -> Taxonomy:
    """Read a reason code table.

    Args:
        path: CSV file with the columns of ``data/taxonomy/reason_codes.csv``.

    Raises:
        ValueError: a code is named twice, or a leaf decided by evidence has no stated group.
    """
    raw = Path(path).read_bytes()
    rows = list(csv.DictReader(raw.decode("utf-8").splitlines()))
    codes = tuple(_reason_code(row) for row in rows)
    if len({c.code for c in codes}) != len(codes):
        raise ValueError(f"{path}: a reason code is named twice")
    for code in codes:
        if (code.decided_by == "evidence") != (code.stated_group is not None):
            raise ValueError(f"{path}: {code.code} needs a stated group exactly if evidence decides")
    digest = hashlib.sha256("\n".join(rows_line(row) for row in rows).encode()).hexdigest()
    return Taxonomy(codes=codes, version=f"{len(codes)}-{digest[:8]}")


def rows_line(row: dict[str, str]) -> str:
    """The parts of a row that define the label space, for the version."""
    return "|".join((row["code"], row["stated_group"], row["decided_by"], row["definition"]))


def _reason_code(row: dict[str, str]) -> ReasonCode:
    return ReasonCode(
        code=row["code"],
        l1=row["l1"],
        l2=row["l2"],
        leaf=row["leaf"],
        stated_group=row["stated_group"] or None,
        decided_by=row["decided_by"],
        definition=row["definition"],
        bitext_intents=tuple(row["bitext_intents"].split()),
    )
