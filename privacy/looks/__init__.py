"""Who opened what about whom: kept for the person to read."""
