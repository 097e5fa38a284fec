"""Orders: what was bought, for how much, and where each stands."""
