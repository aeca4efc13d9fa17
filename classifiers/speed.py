"""Throughput of the engine on texts of its own, per second of process time of one thread."""

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from classifiers.arrow_text import text_buffer
from classifiers.model import ReasonCodeClassifier
from classifiers.scoring import raw_scores

TEXTS, CALLS, TURNS, TRANSCRIPT_BYTES = 200_000, 10_000, 24, 1_400
REPEATS = 3


def _best(work: Callable[[], object]) -> float:
    """Least process time of several runs, after one that compiles."""
    work()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _transcripts(texts: list[str], customer_share: int) -> pa.Table:
    """Calls of 24 turns and about 1.4 KB; every ``customer_share``-th turn is the customer's."""
    chance = np.random.default_rng(0)
    wanted = TRANSCRIPT_BYTES // TURNS
    chosen = chance.integers(0, len(texts), CALLS * TURNS)
    lines = [texts[i] for i in chosen]
    lines = [(line + " " + line + " " + line)[:wanted] for line in lines]
    call = np.repeat(np.arange(CALLS), TURNS)
    return pa.table(
        {
            "call_id": pa.array([f"{c:08d}" for c in call]),
            "turn_no": pa.array(np.tile(np.arange(1, TURNS + 1), CALLS)),
            "speaker": pa.array(np.where(np.arange(call.size) % customer_share == 0, "customer", "ai")),
            "text": pa.array(lines),
        }
    )


def measure_speed(model: ReasonCodeClassifier, texts: list[str]) -> list[tuple[str, float]]:
    """(What, per second) on given texts; repeats on a shared machine differ by up to 1.5x."""
    short = [text for text in texts if 30 <= len(text) <= 75] or texts
    many = [short[i % len(short)] for i in range(TEXTS)]
    buf, offsets = text_buffer(many)
    weights = model.record.linear.weights()
    half, whole = _transcripts(texts, 2), _transcripts(texts, 1)
    size = buf.size / TEXTS
    return [
        (f"raw scores of short texts ({size:.0f} bytes)", TEXTS / _best(lambda: raw_scores(buf, offsets, weights))),
        (
            "calls of 24 turns and 1.4 KB with evidence, half of the turns the customer's",
            CALLS / _best(lambda: model.predict_turns(half)),
        ),
        ("the same, all turns the customer's", CALLS / _best(lambda: model.predict_turns(whole))),
    ]


def import_seconds() -> float:
    """Least processor time of ``import classifiers`` in a new process."""
    code = "import time; t = time.process_time(); import classifiers; print(time.process_time() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    return min(float(run.stdout) for run in runs)
