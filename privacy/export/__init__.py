"""Everything the shop keeps about a person, as one file for that person (clauses P15a to P15c and P16)."""
