"""Vouchers: words that make a cart cheaper, so often and for those things as staff said, and never oftener."""
