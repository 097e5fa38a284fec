"""Licenses that change hands: given or passed on by a mailed link, with both sides' yes."""
