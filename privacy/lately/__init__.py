"""What a visitor looked at lately: in their own browser's cookie and nowhere else, for those who asked (clause P4c)."""
