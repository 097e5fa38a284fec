"""What the demonstration's people are asked, and what they write."""
