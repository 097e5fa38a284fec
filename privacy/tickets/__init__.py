"""What people write to us and what we answer."""
