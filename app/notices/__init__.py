"""Pages of notices, and of what people choose about them."""
