"""The planted effects: what is wrong in the shop, where, when, and what a report must show."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dagster_project.sample_shop.settings import Setting, ShopSize, load_yaml

# Wednesday 13:30 UTC, from the Monday of the week
INCIDENT_OFFSET = timedelta(days=2, hours=13, minutes=30)


@dataclass(frozen=True)
class Effect:
    """One planted effect.

    Attributes:
        effect_id: name, also the prefix of its SQL variables.
        what: one sentence.
        where: dimension -> value; empty where the whole shop is meant.
        first_week, last_week: numbers of the call weeks, both included, from 0.
        strength: the numbers that the simulation takes.
        expect: metric, comparison, direction and least change.
    """

    effect_id: str
    what: str
    where: dict[str, str]
    first_week: int
    last_week: int
    strength: dict[str, float]
    expect: list[dict[str, Any]]

    def week_start_dates(self, size: ShopSize) -> tuple[date, date]:
        """Return the Mondays of the first and of the last week."""
        start = size.start.date()
        return start + timedelta(weeks=self.first_week), start + timedelta(weeks=self.last_week)


def load_effects(size: ShopSize) -> list[Effect]:
    """Return the planted effects of effects.yml, with their weeks for a shop of this size."""
    effects = []
    for effect_id, entry in load_yaml("effects.yml").items():
        first = min(round(entry["from"] * size.weeks), size.weeks - 1)
        effects.append(
            Effect(
                effect_id=effect_id,
                what=entry["what"],
                where=dict(entry["where"]),
                first_week=first,
                last_week=max(first, round(entry["to"] * size.weeks) - 1),
                strength=dict(entry["strength"]),
                expect=list(entry["expect"]),
            )
        )
    return effects


def effect_variables(effects: list[Effect], size: ShopSize) -> dict[str, Setting]:
    """Return the SQL variables <effect>_first, _last, _<strength> and _<where>."""
    values: dict[str, Setting] = {}
    by_id = {effect.effect_id: effect for effect in effects}
    for effect in effects:
        values[f"{effect.effect_id}_first"] = effect.first_week
        values[f"{effect.effect_id}_last"] = effect.last_week
        for name, number in effect.strength.items():
            values[f"{effect.effect_id}_{name}"] = number
        for dimension, value in effect.where.items():
            name = dimension.removeprefix("product_")
            values[f"{effect.effect_id}_{name}"] = value
    values["version_at"] = size.start + timedelta(weeks=by_id["agent_version"].first_week)
    incident_week = timedelta(weeks=by_id["site_incident"].first_week)
    values["incident_at"] = size.start + incident_week + INCIDENT_OFFSET
    values["incident_contacts"] = int(size.calls * by_id["site_incident"].strength["calls"])
    return values
