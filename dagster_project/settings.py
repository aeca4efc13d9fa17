"""Where things lie and how much memory they may take: one frozen value, read once."""

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
MODEL_DIR = PROJECT_ROOT / "data" / "models" / "reason_codes"
OPINION_DIR = PROJECT_ROOT / "data" / "models" / "second_opinion"
DEMO_DIR = PROJECT_ROOT / "data" / "demo"

# instants outside of it are typing errors, and arithmetic near the ends of the calendar fails
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_SIZE = re.compile(r"\d+(\.\d+)? ?[KMGT]i?B")


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
        model: folder of the classifier; None = the warehouse's own, else the shipped one (models.py).
        second_opinion: ask the sentence encoder about calls the classifier is unsure of (extra semantic).
    """

    landing: Path
    warehouse: Path
    as_of: datetime | None = None
    timezone: str = "UTC"
    retag: bool = False
    memory_limit: str = field(default_factory=lambda: os.environ.get("WHYCALL_MEMORY_LIMIT", "2GB"))
    threads: int = field(default_factory=lambda: threads_of_environment())
    keep_versions: int = 3
    webhook_secret: str | None = field(
        default_factory=lambda: os.environ.get("WHYCALL_DIALNEXA_WEBHOOK_SECRET") or None, repr=False
    )
    model: Path | None = field(
        default_factory=lambda: Path(os.environ["WHYCALL_MODEL"]) if is_set("WHYCALL_MODEL") else None
    )
    second_opinion: bool = field(default_factory=lambda: is_set("WHYCALL_SECOND_OPINION"))

    def validate(self) -> None:
        """Raise ConfigurationError for the first setting that cannot work."""
        if not self.landing.is_dir():
            raise ConfigurationError(
                f"landing folder not found: {self.landing} (give --landing DIR; `whycall demo` makes a sample one)"
            )
        if self.warehouse.exists() and not self.warehouse.is_dir():
            raise ConfigurationError(f"--warehouse is a file, not a folder: {self.warehouse}")
        if (self.warehouse / "reports").exists() and not (self.warehouse / "reports").is_dir():
            raise ConfigurationError(f"a file stands where the reports go: {self.warehouse / 'reports'} (move it away)")
        if not _SIZE.fullmatch(self.memory_limit):
            raise ConfigurationError(f"not a memory size: WHYCALL_MEMORY_LIMIT={self.memory_limit!r} (for example 2GB)")
        check_timezone(self.timezone)


def is_set(name: str) -> bool:
    """Tell whether an environment variable says yes."""
    return os.environ.get(name, "").lower() not in ("", "0", "false", "no")


def threads_of_environment() -> int:
    """Return WHYCALL_THREADS, 2 if unset, or raise ConfigurationError."""
    text = os.environ.get("WHYCALL_THREADS", "2")
    if not text.isdecimal() or int(text) == 0:
        raise ConfigurationError(f"not a number of threads: WHYCALL_THREADS={text!r} (for example 2)")
    return int(text)


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
        ConfigurationError: the text is not an ISO 8601 instant, or one before 1970 or after 2199.
    """
    try:
        value = datetime.fromisoformat(text.strip())
        instant = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigurationError(f"not an ISO 8601 instant: {text!r} (for example 2026-03-02T00:00:00Z)") from error
    if not EARLIEST <= instant < LATEST:
        raise ConfigurationError(f"not a plausible instant: {text!r} (between 1970 and 2199)")
    return instant
