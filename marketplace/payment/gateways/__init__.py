"""What every payment gateway may answer besides a result."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused


class GatewayError(Exception):
    """Nobody knows whether it was done: no answer, or a fault on the other side. The same call with the same
    key may be made again."""


class GatewayRefused(Refused):
    """The gateway said no, or the request could not be made; again would end the same."""

    sentence: Any = _("The payment company refused this.")
    code = "payment.refused"

    def __init__(self, message: str = "", *, reason: str = "") -> None:
        """`message` and `reason` (the gateway's own code) are for the log; people read `sentence`."""
        super().__init__()
        self.message, self.reason = message, reason
