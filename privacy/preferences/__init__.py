"""How pages look, kept only on request."""
