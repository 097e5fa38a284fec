"""Trying a misuse on one's own data, through the real gate, and seeing it refused."""
