"""One door per page: points, producers, office."""
