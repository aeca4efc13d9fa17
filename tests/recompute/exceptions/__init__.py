"""Order exceptions, carriers and messages recomputed in plain Python on a small messy world."""
