"""The results of the benchmark as text."""

from tests.bench.measure import Cost, Limits
from tests.bench.product import Growth, Node

RATIO_GOAL = 1.15
PEAK_GOAL = 2 * 1024**3
SLOWEST = 10
_COMPARED = {
    "ingest": "ingest the landing folder",
    "tag": "tag reasons",
    "dbt_models": "dbt, models of the same outcome",
    "dbt_models empty": "    its start-up: nothing to build",
    "hand_written": "hand-written SQL",
    "hand_written empty": "    its start-up: nothing to build",
}
_LAYERS = {
    "ingest": "ingest the landing folder",
    "tag": "tag reasons",
    "themes": "emerging themes",
    "dbt_build": "dbt, whole project with tests",
    "checks": "Great Expectations suites",
    "publish": "publish",
    "weekly_report": "weekly report",
}


def print_comparison(costs: dict[str, Cost], calls: int, limits: Limits) -> None:
    """Print what the steps of the comparison took, and the ratio."""
    _print_costs("Order support, dbt against hand-written SQL", _COMPARED, costs, calls, limits)
    ratio = _without_start(costs, "dbt_models") / _without_start(costs, "hand_written")
    print("figures of both builds: the same")
    print(f"dbt / hand-written, CPU without start-up: {ratio:.2f} (goal {RATIO_GOAL} {_met(ratio <= RATIO_GOAL)})")
    _print_peak(costs)


def print_product(costs: dict[str, Cost], nodes: list[Node], calls: int, limits: Limits) -> None:
    """Print what the layers of the product took; those inside dbt by the seconds of their nodes."""
    _print_costs("The whole product, every workflow", _LAYERS, costs, calls, limits)
    for group in ("facts", "metrics", "tests"):
        inside = [node.seconds for node in nodes if node.group == group]
        print(f"    of dbt, {group + f' ({len(inside)} nodes)':<26}{sum(inside):>9.1f}")
    _print_peak(costs)


def print_growth(models: list[Growth], factor: int) -> None:
    """Print the slowest models, and those that grow faster than the calls."""
    print(f"\nslowest models{'':<26}{'s':>7}{'rows':>13}   times its seconds at 1/{factor} of the calls")
    for item in models[:SLOWEST]:
        print(_growth_line(item))
    steep = [item for item in models if item.is_superlinear(factor)]
    print(f"faster than linear (and above noise): {len(steep)}")
    for item in steep:
        print(_growth_line(item))


def _growth_line(item: Growth) -> str:
    rows = "view" if item.node.rows is None else f"{item.node.rows:,}"
    times = item.node.seconds / max(item.seconds_before, 0.001)
    return f"  {item.node.name:<38}{item.node.seconds:>7.1f}{rows:>13}{times:>8.1f}"


def _print_costs(title: str, names: dict[str, str], costs: dict[str, Cost], calls: int, limits: Limits) -> None:
    print(f"\n{title}: {calls:,} calls, DuckDB memory limit {limits.memory}, {limits.threads} threads")
    print(f"{'step':<38}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'calls/CPU s':>13}")
    for label, name in names.items():
        cost = costs[label]
        speed = "" if label.endswith("empty") else f"{calls / cost.cpu:>13,.0f}"
        print(f"{name:<38}{cost.wall:>9.1f}{cost.cpu:>9.1f}{cost.peak / 1e6:>9,.0f}{speed}")


def _print_peak(costs: dict[str, Cost]) -> None:
    where = max(costs, key=lambda label: costs[label].peak)
    peak = costs[where].peak
    print(f"peak memory: {peak / 1e6:,.0f} MB in {where} (goal 2,147 MB {_met(peak <= PEAK_GOAL)})")


def _without_start(costs: dict[str, Cost], step: str) -> float:
    return costs[step].cpu - costs[f"{step} empty"].cpu


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"
