"""The post that solved a topic."""
