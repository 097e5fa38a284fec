"""Signing up, in and out, and looking after one's own account."""
