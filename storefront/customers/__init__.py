"""A customer as staff see one: by number, with orders and licenses; name and address only through the gate."""
