"""Surveys: staff ask, members answer or decline, and an answer carries a name only if its giver says so."""
