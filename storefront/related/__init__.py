"""What else somebody may look for: bought together, on the same shelf, of the same maker; nobody is watched for it."""
