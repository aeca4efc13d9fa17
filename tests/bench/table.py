"""The result of the benchmark as text."""

from tests.bench.measure import Cost

RATIO_GOAL = 1.15
PEAK_GOAL = 2 * 1024**3
_NAMES = {
    "ingest": "ingest the landing folder",
    "tag": "tag reasons",
    "dbt_models": "dbt, models of the same outcome",
    "dbt_models empty": "    its start-up: nothing to build",
    "hand_written": "hand-written SQL",
    "hand_written empty": "    its start-up: nothing to build",
    "dbt_build": "dbt, whole project with tests",
    "dbt_build empty": "    its start-up: nothing to build",
}


def print_results(costs: dict[str, Cost], calls: int, memory: str, threads: int) -> None:
    """Print the table of steps, the ratios and the verdicts."""
    print(f"\n{calls:,} calls, DuckDB memory limit {memory}, {threads} threads")
    print(f"{'step':<38}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'calls/CPU s':>13}")
    for label, name in _NAMES.items():
        if label not in costs:
            continue
        cost = costs[label]
        speed = "" if label.endswith("empty") else f"{calls / cost.cpu:>13,.0f}"
        print(f"{name:<38}{cost.wall:>9.1f}{cost.cpu:>9.1f}{cost.peak / 1e6:>9,.0f}{speed}")
    for step in ("ingest", "tag"):
        print(f"{step}: {calls / costs[step].wall:,.0f} calls per second of wall time")
    hand = _without_start(costs, "hand_written")
    ratio = _without_start(costs, "dbt_models") / hand
    whole = _without_start(costs, "dbt_build") / hand
    print("figures of both builds: the same")
    print(f"dbt / hand-written, CPU without start-up: {ratio:.2f} (goal {RATIO_GOAL} {_met(ratio <= RATIO_GOAL)})")
    print(f"  whole project with tests / hand-written: {whole:.2f} (more tables, and every check)")
    peak = max(cost.peak for cost in costs.values())
    where = max(costs, key=lambda label: costs[label].peak)
    print(f"peak memory: {peak / 1e6:,.0f} MB in {where} (goal 2,147 MB {_met(peak <= PEAK_GOAL)})")


def _without_start(costs: dict[str, Cost], step: str) -> float:
    return costs[step].cpu - costs[f"{step} empty"].cpu


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"
