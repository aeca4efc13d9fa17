"""The model card that is written beside every saved model."""

CARD = """# Model card: reason codes

| | |
| --- | --- |
| version | {version} |
| taxonomy | {taxonomy_version} |
| classes | {class_count} ({null} marks a turn that states no reason) |
| training texts | {training_texts}, hash {short_hash} |
| temperature | {temperature} |
| thresholds | P(reason stated) >= {reason}; raw score >= {known}; per code {lowest} to {highest} |

**What it does.** Reads the customer's turns of a support call in English and names why the
customer called, with a confidence and the words that decided. A linear model over hashed words,
word pairs and four-letter pieces.

**What it was trained on.** The texts it was given; the shipped model: the sentences in
`data/corpus`, written for this project. No public data set and no recording was used.

**What it must not be used for.** Deciding about a person: a refund, a fraud case, a contract. It
says what was said, not whether it is true; the evidence rules of the warehouse decide that.

**Known limits.** English only. Its confidence is calibrated on unseen phrasings of its own corpus,
so on real calls it is too sure: audit a random sample of accepted calls. Sarcasm, several callers
on one line and heavily garbled transcripts were not tested. Agent turns are not read. Measured
results: `classifiers/results/README.md`.
"""


def model_card(settings: dict[str, object]) -> str:
    """Markdown card from the settings of an artifact."""
    calibration: dict[str, object] = settings["calibration"]  # type: ignore[assignment]
    accept: list[float] = calibration["accept"]  # type: ignore[assignment]
    classes: list[str] = settings["classes"]  # type: ignore[assignment]
    return CARD.format(
        version=settings["version"],
        taxonomy_version=settings["taxonomy_version"],
        class_count=len(classes),
        null="NO_REASON",
        training_texts=settings["training_texts"],
        short_hash=str(settings["training_hash"])[:12],
        temperature=calibration["temperature"],
        reason=calibration["reason"],
        known=calibration["known"],
        lowest=min(accept),
        highest=max(accept),
    )
