"""The one resource: where a run reads and writes, taken from the environment or the launchpad."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from dagster_project.pipeline import open_warehouse
from dagster_project.settings import DEMO_DIR, Settings, is_set, parse_instant


class WhycallResource(dg.ConfigurableResource):
    """Settings of a run; holds the warehouse's writer lock while the run goes on."""

    landing: str = str(DEMO_DIR / "landing")
    warehouse: str = str(DEMO_DIR / "warehouse")
    as_of: str = ""
    timezone: str = "UTC"
    retag: bool = False
    model: str = ""
    second_opinion: bool = False

    def settings(self) -> Settings:
        """Return the settings that the plain functions take."""
        return Settings(
            landing=Path(self.landing),
            warehouse=Path(self.warehouse),
            as_of=parse_instant(self.as_of) if self.as_of else None,
            timezone=self.timezone,
            retag=self.retag,
            model=Path(self.model) if self.model else None,
            second_opinion=self.second_opinion,
        )

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["WhycallResource"]:
        """Hold the writer's lock from the first step to the last."""
        with open_warehouse(self.settings()).lock():
            yield self


def resource_from_environment() -> WhycallResource:
    """Return the resource that `make ui` starts with; the launchpad can overrule each field."""
    return WhycallResource(
        landing=os.environ.get("WHYCALL_LANDING", str(DEMO_DIR / "landing")),
        warehouse=os.environ.get("WHYCALL_WAREHOUSE", str(DEMO_DIR / "warehouse")),
        as_of=os.environ.get("WHYCALL_AS_OF", ""),
        timezone=os.environ.get("WHYCALL_TIMEZONE", "UTC"),
        model=os.environ.get("WHYCALL_MODEL", ""),
        second_opinion=is_set("WHYCALL_SECOND_OPINION"),
    )
