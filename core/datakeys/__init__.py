"""Each person's own keys: one per kind of keeping and period, so that destroying a key destroys what it closed."""
