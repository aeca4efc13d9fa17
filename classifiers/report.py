"""Measured numbers as Markdown tables."""

from collections.abc import Sequence

from classifiers.calibration import PRECISION
from classifiers.evaluation import Measure, confusions, interval, measure_held_out, trade_off
from classifiers.fitting import FOLDS, Fitted, reasonless_of

TARGETS = (0.80, 0.85, 0.90, 0.93, 0.96)

HELD_OUT = """# Held-out patterns of the own corpus

Model {version}, {texts} texts. {folds} folds; all texts of a pattern are in one fold, so each is
scored by a model that never saw its pattern. The same hand wrote both sides: the numbers tell which
classes are confused, not how real calls will fare.

{measures}

## Coverage against precision

Thresholds set on half of the patterns and measured on the other half. The shipped model asks for
{asked:.2f}.

| precision asked | reason texts accepted | precision of the accepted | texts without a reason accepted |
| ---: | ---: | ---: | ---: |
{trade}

## Largest confusions

| true class | taken for | share of its texts |
| --- | --- | ---: |
{confusions}
"""

PUBLIC = """# Public sets the model was never trained on

Model {version}. No text of these sets was put into the corpus. While the corpus was written, the
error counts by class of all three sets, about forty customer sentences of tau-bench and about
eighty questions of BrownBox were read, and one threshold of `calls.py` was set with the tau-bench calls in
view, so they are development sets, not a blind test. Some short requests ("I want to cancel my order")
stand in both by chance.

{measures}

Bitext: single written utterances, intents mapped by the taxonomy. tau-bench: conversations with AI
agents; the true codes are the actions of the task, not what the customer said first, so the
primary code is judged harshly. BrownBox: all questions of a case as one text; which level-1 reasons
a category can mean is our reading (`mappings.py`), an area means those of all its categories. About
one case in ten is empty or says nothing of the customer's ("how may I assist you today?").
"""


def measure_table(measures: Sequence[Measure]) -> str:
    """Markdown table; shares with their 95 % Wilson interval."""
    lines = ["| measure | value | 95 % interval | cases |", "| --- | ---: | --- | ---: |"]
    for measure in measures:
        if measure.is_share:
            low, high = interval(measure.value, measure.cases)
            between = f"{low:.3f} to {high:.3f}"
        else:
            between = ""
        lines.append(f"| {measure.name} | {measure.value:.3f} | {between} | {measure.cases} |")
    return "\n".join(lines)


def held_out_report(fitted: Fitted) -> str:
    """What the folds of training show."""
    record = fitted.record
    reasonless = reasonless_of(record.classes)
    measures = measure_held_out(fitted.held_out, fitted.labels, reasonless, record.calibration.temperature)
    rows = trade_off(fitted.held_out, fitted.labels, fitted.groups, reasonless, TARGETS)
    pairs = confusions(fitted.held_out, fitted.labels, record.classes)
    return HELD_OUT.format(
        version=record.version,
        texts=record.training_texts,
        folds=FOLDS,
        measures=measure_table(measures),
        asked=PRECISION,
        trade="\n".join("| " + " | ".join(f"{x:.3f}" for x in row) + " |" for row in rows),
        confusions="\n".join(f"| {a} | {b} | {share:.2f} |" for a, b, share in pairs),
    )


def public_report(version: str, measures: Sequence[Measure]) -> str:
    """What the public sets show."""
    return PUBLIC.format(version=version, measures=measure_table(measures))


ENGINE = """# The engine's fit and predict on public sets

Official splits, fitted on train with the engine's own settings, measured on test; nothing was chosen there.
Settings and features were chosen on 15 % of banking77's train and on CLINC150's val. Written by `make eval`.

{measures}

CLINC150: no out-of-scope text is trained on; the highest raw score tells them. MultiDoGO: the
customer's turns of all six domains, 31 intents with at least 40 training turns, all other turns are
`NO_REASON`; the answer is the likeliest code of the turn that decided. Fillers are turns without an
intent from other test conversations, put in at random places (seed 0). In the stream every
conversation of the test part counts, also those without an intent, which may not be answered.
"""

SPEED = """# Speed, size and import

One thread of a shared two-core machine, per second of process time, best of three; repeats differ by
up to 1.5x. Written by `make eval`.

| what | per second |
| --- | ---: |
{speed}

Artifact on disk: {size:.1f} MB. `import classifiers`: {seconds:.2f} s of processor time (best of three processes).
"""


def engine_report(measures: Sequence[Measure]) -> str:
    """What the engine learns from public sets."""
    return ENGINE.format(measures=measure_table(measures))


def speed_report(speed: Sequence[tuple[str, float]], size: float, seconds: float) -> str:
    """Throughput table."""
    lines = "\n".join(f"| {what} | {round(rate, -3):,.0f} |" for what, rate in speed)
    return SPEED.format(speed=lines, size=size, seconds=seconds)
