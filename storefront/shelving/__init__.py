"""How goods come onto the shelves: new products and editions, their makers, and the shelves themselves."""
