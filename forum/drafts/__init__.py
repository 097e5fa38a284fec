"""Texts that were begun and not sent yet."""
