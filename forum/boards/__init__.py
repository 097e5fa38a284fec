"""Boards: where topics stand, and who may enter."""
