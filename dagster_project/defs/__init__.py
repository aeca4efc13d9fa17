"""Dagster's view of the run: thin assets, checks, schedules and sensors."""

import warnings

import dagster as dg

# backfill policies are marked beta; the version is pinned, and people who run the command need not know
warnings.filterwarnings("ignore", category=dg.BetaWarning)
