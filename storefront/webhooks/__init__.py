"""Events told to programs of the shop's own (Standard Webhooks): signed, repeated until taken, with a log."""
