"""Counting pages without knowing visitors, and the list of pages of those who want one."""
