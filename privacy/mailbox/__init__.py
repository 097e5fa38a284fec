"""Mail that comes in: taken, kept until it is done, read, and handed to the tickets."""
