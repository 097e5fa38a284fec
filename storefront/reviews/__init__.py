"""What holders of a license say about a product, and what the shop answers."""
