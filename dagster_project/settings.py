"""Where things lie and how much memory they may take: one frozen value, read once."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
MODEL_DIR = PROJECT_ROOT / "data" / "models" / "reason_codes"
DEMO_DIR = PROJECT_ROOT / "data" / "demo"


class ConfigurationError(Exception):
    """Wrong use or unusable configuration: the message is one line that says what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything a run needs to know.

    Attributes:
        landing: folder with one sub-folder per source (contract: docs of `ingest`).
        warehouse: folder of the published file, its versions and the reports.
        as_of: the instant the run takes for now; None = latest start of a call.
        timezone: IANA name of the reporting time zone; weeks start there on Monday 00:00.
        retag: tag every call again, as after a new model version.
        memory_limit: DuckDB memory limit, for example "2GB"; beyond it DuckDB spills to disk.
        threads: DuckDB threads.
        keep_versions: how many published files are kept.
        webhook_secret: DialNexa signing secret; None = signatures are not looked at.
    """

    landing: Path
    warehouse: Path
    as_of: datetime | None = None
    timezone: str = "UTC"
    retag: bool = False
    memory_limit: str = field(default_factory=lambda: os.environ.get("WHYCALL_MEMORY_LIMIT", "2GB"))
    threads: int = field(default_factory=lambda: int(os.environ.get("WHYCALL_THREADS", "2")))
    keep_versions: int = 3
    webhook_secret: str | None = field(
        default_factory=lambda: os.environ.get("WHYCALL_DIALNEXA_WEBHOOK_SECRET") or None, repr=False
    )

    def validate(self) -> None:
        """Raise ConfigurationError for the first setting that cannot work."""
        if not self.landing.is_dir():
            raise ConfigurationError(
                f"landing folder not found: {self.landing} (give --landing DIR; `whycall demo` makes a sample one)"
            )
        if self.warehouse.exists() and not self.warehouse.is_dir():
            raise ConfigurationError(f"--warehouse is a file, not a folder: {self.warehouse}")
        check_timezone(self.timezone)


def check_timezone(name: str) -> str:
    """Return the IANA zone name or raise ConfigurationError."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigurationError(f"unknown time zone: {name!r} (use an IANA name such as Europe/Berlin)") from error
    return name


def parse_instant(text: str) -> datetime:
    """Parse ISO 8601 into UTC; a text without an offset is read as UTC.

    Raises:
        ConfigurationError: the text is not an ISO 8601 instant.
    """
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ConfigurationError(f"not an ISO 8601 instant: {text!r} (for example 2026-03-02T00:00:00Z)") from error
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
