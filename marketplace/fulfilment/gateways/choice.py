"""Which way a carrier goes."""

from marketplace.shipping.models import Carrier

from . import CarrierGateway, NothingExchanged
from .files import FileExchange


def gateway_of(carrier: Carrier) -> CarrierGateway:
    """By the carrier's kind. Who reports by itself may send a file as well; who exchanges nothing does neither."""
    if carrier.gateway == Carrier.Gateway.HAND:
        raise NothingExchanged(carrier=carrier.name)
    return FileExchange(carrier.mapping)
