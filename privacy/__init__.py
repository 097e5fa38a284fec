"""The floor under both areas: whatever observes, keeps or contacts a person goes through here."""
