"""Licenses that staff give by hand, for no money."""
