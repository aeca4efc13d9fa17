"""Where a run reads and writes, taken from the environment or the launchpad: once to write, once to read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.pipeline import open_warehouse
from dagster_project.settings import DEMO_DIR, Settings, is_set, parse_instant


class ReaderResource(dg.ConfigurableResource):
    """Settings of a run that reads what is published; it waits for nobody."""

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


class WhycallResource(ReaderResource):
    """Settings of a run; holds the warehouse's writer lock while the run goes on."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["WhycallResource"]:
        """Hold the writer's lock from the first step to the last."""
        with open_warehouse(self.settings()).lock():
            yield self


def settings_from_environment() -> Settings:
    """Return the settings that `make ui` starts with, for sensors and schedules."""
    return ReaderResource(**_environment()).settings()


def resources_from_environment() -> dict[str, ReaderResource]:
    """Return what `make ui` starts with; the launchpad can overrule each field."""
    return {"whycall": WhycallResource(**_environment()), "published": ReaderResource(**_environment())}


def _environment() -> dict[str, Any]:
    return {
        "landing": os.environ.get("WHYCALL_LANDING", str(DEMO_DIR / "landing")),
        "warehouse": os.environ.get("WHYCALL_WAREHOUSE", str(DEMO_DIR / "warehouse")),
        "as_of": os.environ.get("WHYCALL_AS_OF", ""),
        "timezone": os.environ.get("WHYCALL_TIMEZONE", "UTC"),
        "model": os.environ.get("WHYCALL_MODEL", ""),
        "second_opinion": is_set("WHYCALL_SECOND_OPINION"),
    }
