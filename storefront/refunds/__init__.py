"""Refunds: money back for a whole order or a part of it, and what becomes of its licenses."""
