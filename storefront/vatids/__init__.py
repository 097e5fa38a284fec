"""Whether a VAT id is what it says it is: the service of the European Commission is asked after the sale, and again."""
