"""What an order would be, and what it has become."""
