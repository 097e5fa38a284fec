"""Value added tax: dated rates, and who owes how much of it where."""
