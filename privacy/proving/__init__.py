"""What shows that the policy is kept: a live figure for each clause, and the record of processing."""
