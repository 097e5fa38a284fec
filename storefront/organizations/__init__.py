"""Organizations: people who buy and use licenses together, and what each of them may do."""
