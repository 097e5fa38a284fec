"""The stockroom: what is in the pools, how keys come in, and what is done about those that do not work."""
