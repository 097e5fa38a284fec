"""Reports and what staff do about them."""
