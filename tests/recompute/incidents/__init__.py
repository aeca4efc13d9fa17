"""Incidents: a messy landing folder of their own, and their metrics recomputed from the definitions."""
