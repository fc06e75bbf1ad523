"""The ways a letter travels. A channel is a function that returns the answer it got, or raises `NotDelivered`."""

from collections.abc import Callable

from ..letters import Letter
from . import email

CHANNELS: dict[str, Callable[[Letter], str]] = {"email": email.send}
