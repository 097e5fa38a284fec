"""What staff read about the shop as a whole: sums of orders, never of people."""
