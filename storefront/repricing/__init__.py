"""New prices for what renews: announced, with who is met and from when, and never sooner than promised."""
