"""Behind the counter: what this member of staff may do, the catalogue's texts and prices, and pools of keys."""
