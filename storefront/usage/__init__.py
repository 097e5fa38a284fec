"""How programs are used, in sums that identify nobody."""
