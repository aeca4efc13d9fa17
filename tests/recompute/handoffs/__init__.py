"""Hand-offs, documents, rules, promises and actions, recomputed from their definitions."""
