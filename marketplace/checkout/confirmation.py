"""The link by which a shopper confirms a large order in cash: only who reads the order's mail has it."""

from django.core.signing import BadSignature, Signer

from marketplace.notices.links import link
from marketplace.order.models import Order

_signer = Signer(salt="checkout.confirmation")


def confirm_link(order: Order) -> str:
    mark = _signer.signature(order.token)
    return link("shop:order-confirm", order.token, mark, language=order.language)


def is_mark_of(token: str, mark: str) -> bool:
    """The order's page does not show it, so the link must have been read."""
    try:
        return bool(_signer.unsign(f"{token}{_signer.sep}{mark}"))
    except BadSignature:
        return False
