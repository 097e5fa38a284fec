"""What is for sale: vendors, categories, products and the editions they come in."""
