"""The code location: everything that the Dagster UI and `whycall run` know."""

import dagster as dg

from dagster_project.defs import alerts, automation, checks, dbt, delivery, freshness, ingest, models, tags
from dagster_project.defs.policies import with_policies
from dagster_project.defs.resources import resources_from_environment

defs = dg.Definitions(
    assets=with_policies(
        [
            ingest.LANDING,
            ingest.ingest_landing_files,
            tags.reason_tags,
            tags.run_context,
            tags.emerging_themes,
            dbt.dbt_models,
            delivery.published_warehouse,
            delivery.weekly_report,
            delivery.bigquery_export,
            models.recalibrated_model,
        ]
    ),
    asset_checks=[checks.great_expectations_suites, freshness.freshness_checks],
    jobs=[
        automation.whole_chain,
        automation.weekly_report_job,
        automation.bigquery_export_job,
        automation.freshness_job,
        automation.recalibration_job,
    ],
    schedules=[
        automation.daily,
        automation.monday_report,
        automation.monday_bigquery,
        automation.freshness_watch,
        automation.monday_recalibration,
    ],
    sensors=[automation.new_landing_files, automation.report_after_publication, alerts.alert_on_failure],
    resources=resources_from_environment(),
    # one process: one writer on the build file, and the imports are paid once
    executor=dg.in_process_executor,
)
