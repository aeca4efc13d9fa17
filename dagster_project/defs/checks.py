"""Great Expectations suites as asset checks; blocking ones stop the publication."""

from collections.abc import Iterator

import dagster as dg

from dagster_project import pipeline
from dagster_project.defs.failures import CHECK_FAILED, failure, readable_failures
from dagster_project.defs.policies import TRY_AGAIN, WRITER
from dagster_project.defs.resources import WhycallResource
from dagster_project.quality import SUITES


def _specs() -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            name=check.name,
            asset=dg.AssetKey(list(suite.asset)),
            # all suites look at the finished build, so they wait for the last tables
            additional_deps=[
                dg.AssetKey(["marts", table])
                for table in ("fct_calls", "metric_weekly")
                if ("marts", table) != suite.asset
            ],
            # a check on a raw table that waits for the marts cannot also hold the marts back;
            # the step itself fails then, and publication refuses without its results
            blocking=check.blocking and suite.asset[0] == "marts",
            description=f"{check.expectation} {check.arguments}. If it fails: {check.remedy}.",
        )
        for suite in SUITES
        for check in suite.checks
    ]


@dg.multi_asset_check(specs=_specs(), name="great_expectations", retry_policy=TRY_AGAIN, pool=WRITER, can_subset=True)
def great_expectations_suites(
    context: dg.AssetCheckExecutionContext, whycall: WhycallResource
) -> Iterator[dg.AssetCheckResult]:
    """Judge the build: accounting, volume, freshness, drift; all of it, whatever is asked, as publication needs all."""
    with readable_failures():
        results = pipeline.check_build(whycall.settings())
    for item in results:
        key = dg.AssetKey(list(item.asset))
        if dg.AssetCheckKey(key, item.name) not in context.selected_asset_check_keys:
            continue
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name=item.name,
            passed=item.passed,
            severity=dg.AssetCheckSeverity.ERROR if item.blocking else dg.AssetCheckSeverity.WARN,
            metadata={"detail": item.detail},
        )
    failed = [item for item in results if item.blocking and not item.passed]
    if failed:
        lines = [f"{item.suite}.{item.name}: {item.detail}" for item in failed]
        raise failure(pipeline.failure_message(lines), CHECK_FAILED, checks=[item.name for item in failed])
