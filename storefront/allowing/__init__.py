"""What the licenses of an edition allow to programs, as staff say it, and whom a change of that would meet."""
