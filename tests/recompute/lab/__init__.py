"""Ticket deflection, vendors' definitions and repeat purchases, computed again from their definitions."""
