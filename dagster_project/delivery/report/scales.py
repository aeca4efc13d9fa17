"""Geometry of the charts: numbers to coordinates, and axis ticks at round numbers."""

import math
from dataclasses import dataclass

from dagster_project.delivery.report import formats


@dataclass(frozen=True)
class Scale:
    """A straight line from a domain of values to a range of coordinates."""

    domain: tuple[float, float]
    span: tuple[float, float]

    def __call__(self, value: float) -> float:
        """Return the coordinate of a value, rounded to a hundredth of a pixel."""
        low, high = self.domain
        start, end = self.span
        share = 0.5 if high == low else (value - low) / (high - low)
        return round(start + share * (end - start), 2)


def nice_step(extent: float, target: int) -> float:
    """Return the step of 1, 2, 2.5 or 5 times a power of ten that gives about `target` ticks."""
    rough = extent / max(target, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)


def ticks(low: float, high: float, target: int = 3) -> list[float]:
    """Return round numbers that enclose `low` and `high`, about `target` steps apart."""
    if high - low < 1e-12:
        pad = abs(high) * 0.1 or 0.5
        low, high = low - pad, high + pad
    step = nice_step(high - low, target)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def time_unit(high: float, kind: str) -> tuple[float, str]:
    """Return the unit to label times up to `high` in, as a multiple of the metric's own unit."""
    own = formats.TIMES.get(kind)
    if own is None:
        return 1.0, ""
    units = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
    size, name = next((u for u in units if high * own >= 2 * u[0]), units[-1])
    return size / own, name


def axis(low: float, high: float, kind: str) -> list[float]:
    """Return the ticks of a value axis; shares stay inside 0 to 1, and only values below 0 take it there.

    Times get ticks at round numbers of the unit that their labels are written in.
    """
    unit, _ = time_unit(high, kind)
    found = [tick * unit for tick in ticks(low / unit, high / unit)]
    if kind == "share":
        found = [tick for tick in found if tick <= 1.0000001]
    return [tick for tick in found if tick >= 0 or low < 0] or [0.0, unit]
