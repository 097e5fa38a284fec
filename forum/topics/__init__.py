"""Topics and posts: reading, writing, editing."""
