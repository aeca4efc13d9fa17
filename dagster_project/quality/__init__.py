"""Great Expectations suites: accounting, volume, freshness and drift (DECISIONS.md says who checks what)."""

from dagster_project.quality.run import CheckResult, run_suites
from dagster_project.quality.suites import SUITES, Check, Suite

__all__ = ["SUITES", "Check", "CheckResult", "Suite", "run_suites"]
