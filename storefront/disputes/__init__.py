"""What staff do about disputes with buyers' banks."""
