"""Pages on which people make tokens for programs that act for them."""
