"""The shop: catalogue, cart, checkout, payments, orders, licenses and the back office."""
