"""From a cart to a placed order: buyer details, review and payment."""
