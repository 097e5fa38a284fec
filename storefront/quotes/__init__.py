"""Quotes: an order at the prices of today, for companies that decide later."""
