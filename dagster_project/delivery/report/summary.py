"""The headline figures as a Markdown table, for run metadata."""

from collections.abc import Sequence

from dagster_project.delivery.report.headline import Headline

COLUMNS = ("Figure", "Value", "95% interval", "Basis", "Change on the week before", "State")


def headline_markdown(headlines: Sequence[Headline]) -> str:
    """Return the figures as a Markdown table."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *(_row(headline) for headline in headlines)]
    lines = ("| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows)
    return "\n".join(lines) + "\n"


def _row(headline: Headline) -> tuple[str, ...]:
    words = headline.texts()
    return (
        f"{words['metric']} {words['name']}",
        words["value"],
        words["interval"],
        words["basis"],
        words["change"],
        words["note"] or words["maturity"],
    )
