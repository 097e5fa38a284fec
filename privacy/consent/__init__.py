"""What people said yes and no to, as a ledger that only grows."""
