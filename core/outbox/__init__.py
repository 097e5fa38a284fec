"""Mail as rows, and the one module that hands them to a server."""
