"""Withdrawal: a consumer leaves a contract within fourteen days, and what was looked at decides at once."""
