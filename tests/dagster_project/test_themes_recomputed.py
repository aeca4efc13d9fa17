"""The growth of themes agrees with an exact test worked out again."""

from __future__ import annotations

from tests.recompute.comparison import report, value_differences
from tests.recompute.product_run import Published
from tests.recompute.themes import growth


def test_growth_of_every_theme(published) -> None:
    """Share, ratio, chance, false discoveries and whether it is emerging."""
    themes = Published(published).table("marts.emerging_themes")
    ours, found = growth(themes), []
    for row in themes:
        key = (row["week_start_date"], row["theme_no"])
        found += value_differences(f"theme {key}", ours[key], row)
    assert not found, report(found)
    assert {row["is_emerging"] for row in ours.values()} == {True, False}
