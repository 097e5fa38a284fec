"""Payments: one intent per attempt, and the events that settle it."""
