"""Releases of products: versions with signed files, handed to the programs and people whose licenses allow them."""
