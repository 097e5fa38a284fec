"""Who is told of what, and whether they may still see it."""
