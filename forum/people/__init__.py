"""What a member shows of themselves."""
