"""Topics of all boards, in lists by what a reader looks for."""
