"""The model card that is written beside every saved model."""

from classifiers.calibration import PRECISION

CARD = """# Model card: reason codes

| | |
| --- | --- |
| version | {version} |
| taxonomy | {taxonomy_version} |
| classes | {class_count} (`NO_REASON`: states no reason; `NOT_A_CONTACT`: voicemail, wrong number, sales call) |
| training texts | {training_texts}, hash {short_hash} |
| temperature | {temperature} |
| thresholds | P(some reason) >= {reason}; raw score >= {known}; per code {lowest} to {highest} |
{notes}
**What it does.** Reads the customer's turns of a support call in English and names why the
customer called, with a confidence and the words that decided. A linear model over words, their
meanings, word pairs and four-letter pieces.

**What it was trained on.** The texts it was given; the shipped model: the sentences in
`data/corpus`, written for this project, with word meanings distilled from all-MiniLM-L6-v2
(`data/word_vectors`). No public data set and no recording was used.

**Coverage against precision.** The threshold of a code is the lowest at which its accepted texts
are right in {asked:.0%} of the cases on patterns held out of the fit, every pattern counting the
same; a code with few patterns is pulled towards the precision of all codes. Asking for more
precision accepts fewer calls: the table in `classifiers/results/held_out.md` shows the exchange. A
call whose first reason is in doubt is abstained rather than given a later code, which costs
coverage on long calls.

**What it must not be used for.** Deciding about a person: a refund, a fraud case, a contract. It
says what was said, not whether it is true; the evidence rules of the warehouse decide that.

**Known limits.** English only. Its confidence is calibrated on unseen phrasings of its own corpus,
so on real calls it may be too sure: audit a random sample of accepted calls. Sarcasm, several callers
on one line and heavily garbled transcripts were not tested. Agent turns are not read. Measured
results: `classifiers/results/README.md`.
"""


def model_card(settings: dict[str, object]) -> str:
    """Markdown card from the settings of an artifact."""
    calibration: dict[str, object] = settings["calibration"]  # type: ignore[assignment]
    accept: list[float] = calibration["accept"]  # type: ignore[assignment]
    classes: list[str] = settings["classes"]  # type: ignore[assignment]
    notes: list[str] = settings.get("notes", [])  # type: ignore[assignment]
    return CARD.format(
        notes="".join(f"| note | {note} |\n" for note in notes),
        version=settings["version"],
        taxonomy_version=settings["taxonomy_version"],
        class_count=len(classes),
        training_texts=settings["training_texts"],
        short_hash=str(settings["training_hash"])[:12],
        temperature=calibration["temperature"],
        reason=calibration["reason"],
        known=calibration["known"],
        asked=PRECISION,
        lowest=min(accept),
        highest=max(accept),
    )
