"""What one visitor sees again, and what else might suit them: only while they want it, each with its reason (P4c)."""
