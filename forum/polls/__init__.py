"""Polls: choices at the head of a topic."""
