"""Erasing a person: what goes, what stays and until when, said first and then done in one transaction."""
