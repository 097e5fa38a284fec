"""The mails of a demonstration, for whoever tries it."""
