"""Atom feeds of open boards."""
