"""What members decide about the forum on their own page."""
