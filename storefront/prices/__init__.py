"""What an edition costs: in which currency, from how many on, and on which days."""
