"""The one way to write to a person."""
