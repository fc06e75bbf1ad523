"""Secrets that machines carry."""

from hashlib import sha256


def hashed(token: str) -> str:
    """How a token is kept: 256 random bits need no salt."""
    return sha256(token.encode()).hexdigest()
