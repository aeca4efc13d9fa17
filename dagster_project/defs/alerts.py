"""Tells people when a run has failed."""

import dagster as dg

from dagster_project.alerts import RunAlert, send_alert


@dg.run_failure_sensor(
    name="alert_on_failure",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
    description="Posts every failed run to WHYCALL_ALERT_WEBHOOK as JSON; does nothing without that address.",
)
def alert_on_failure(context: dg.RunFailureSensorContext) -> dg.SkipReason:
    """Post one failed run; a webhook that is down costs a line in the daemon's log and nothing else."""
    alert = failed_run(context)
    outcome = send_alert(alert)
    context.log.info(f"alert of run {alert.run_id}: {outcome}")
    return dg.SkipReason(f"run {alert.run_id}: {outcome}")


def failed_run(context: dg.RunFailureSensorContext) -> RunAlert:
    """Return what is told of a failed run: our own words of the first failed step, of other errors only their kind."""
    step, message = "", "The run failed outside of its steps (see the run in Dagster)."
    for event in context.get_step_failure_events():
        data = event.step_failure_data
        step = event.step_key or ""
        if data.user_failure_data and data.user_failure_data.description:
            # below the first line the engine may quote data
            message = data.user_failure_data.description.splitlines()[0].rstrip(":")
            checks = data.user_failure_data.metadata.get("checks")
            message += f" ({checks.value})" if checks and checks.value else ""
            break
        error = data.error
        while error and error.cause:
            error = error.cause
        message = f"Unexpected error of the kind {error.cls_name if error else 'unknown'} (see the run in Dagster)."
        break
    return RunAlert(context.dagster_run.job_name, context.dagster_run.run_id, step, message)
