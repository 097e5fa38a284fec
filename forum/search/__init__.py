"""Full-text search in the forum."""
