"""Papers of orders: frozen when they are made, numbered without gaps, drawn whenever somebody reads them."""
