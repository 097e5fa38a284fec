"""How long things are kept, what holds them, and how they go."""
