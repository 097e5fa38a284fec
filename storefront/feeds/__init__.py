"""What is sold here as programs read it: new products as Atom, and every offer with its price as JSON."""
