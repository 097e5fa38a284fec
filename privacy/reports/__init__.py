"""Which pages are read, from sums that know nobody."""
