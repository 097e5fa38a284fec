"""Bank transfers: money that arrives by itself, matched to orders, by hand or from a bank statement."""
