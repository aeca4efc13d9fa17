"""Vendor formats that are mapped to the landing tables."""
