"""A stand-in Stripe on loopback, for development, demonstration and tests. No production code imports it."""

from .play import Standin

__all__ = ["Standin"]
