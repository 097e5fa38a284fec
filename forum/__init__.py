"""The forums of the people who use what the shop sells."""
