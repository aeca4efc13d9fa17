"""Dagster's view of the run: thin assets, checks, schedules and the sensor."""
