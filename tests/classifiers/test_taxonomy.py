from pathlib import Path

import pytest

from classifiers import load_taxonomy
from classifiers.train import TAXONOMY


@pytest.mark.requirement("SD008")
def test_text_can_tell_44_leaves_and_4_groups():
    taxonomy = load_taxonomy(TAXONOMY)
    assert len(taxonomy.codes) == 59
    assert len(taxonomy.text_classes) == 48
    assert taxonomy.text_classes[-4:] == ("WISMO", "DELIVERY_FAILED", "REFUND_ASK", "SITE_TROUBLE")


def test_groups_hold_the_leaves_that_evidence_decides():
    taxonomy = load_taxonomy(TAXONOMY)
    sizes = {group: len(taxonomy.leaves_of(group)) for group in taxonomy.text_classes[-4:]}
    assert sizes == {"WISMO": 9, "DELIVERY_FAILED": 2, "REFUND_ASK": 2, "SITE_TROUBLE": 2}
    assert all(c.code == f"{c.l1}.{c.l2}.{c.leaf}" for c in taxonomy.codes)
    assert len({c.family for c in taxonomy.codes}) == 46


def test_version_changes_with_the_codes_only(tmp_path: Path):
    text = TAXONOMY.read_text(encoding="utf-8")
    renamed = tmp_path / "renamed.csv"
    renamed.write_text(text.replace("CON.HUMAN.ASKED_FOR_HUMAN", "CON.HUMAN.OTHER"), "utf-8")
    reowned = tmp_path / "reowned.csv"
    reowned.write_text(text.replace("CX design", "CX lead"), "utf-8")
    version = load_taxonomy(TAXONOMY).version
    assert load_taxonomy(renamed).version != version
    assert load_taxonomy(reowned).version == version


def test_a_code_named_twice_is_refused(tmp_path: Path):
    lines = TAXONOMY.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "twice.csv"
    path.write_text("\n".join([*lines, lines[-1]]), encoding="utf-8")
    with pytest.raises(ValueError, match="named twice"):
        load_taxonomy(path)
