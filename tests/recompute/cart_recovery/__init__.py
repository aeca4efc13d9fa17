"""Independent recomputation of the cart metrics."""
