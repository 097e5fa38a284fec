"""What members marked for later, and what changed about it since."""
