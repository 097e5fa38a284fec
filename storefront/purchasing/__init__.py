"""What members of an organization ask for, what is approved of it, and one order for all of it, split by cost centre."""
