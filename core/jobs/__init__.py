"""Work that starts after a commit or on a clock."""
