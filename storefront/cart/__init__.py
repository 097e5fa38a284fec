"""The cart, with and without an account."""
