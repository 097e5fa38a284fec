"""Seats of an organization's licenses: offered by name or by a table, taken by people, taken back."""
