"""What programs may ask this shop, described for them (OpenAPI 3.1) and for the people who write them."""
