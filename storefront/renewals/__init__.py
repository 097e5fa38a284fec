"""Subscriptions: licenses of a month or a year, asked for their next period on published days."""
