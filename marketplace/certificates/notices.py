"""What a producer is told about its stars."""

from marketplace.notices.actions import Recipient, tell
from marketplace.notices.links import link

from .models import Certificate


def certificate_expiring(certificate: Certificate, *, days: int, step: int) -> None:
    """Once per certificate, step and person."""
    _tell("certificate_expiring", certificate, str(step), days=days)


def certificate_revoked(certificate: Certificate) -> None:
    day = f"{certificate.revoked_on:%d/%m/%Y}" if certificate.revoked_on else ""
    _tell("certificate_revoked", certificate, "once", revocation=certificate.revocation, revoked_on=day)


def _tell(kind: str, certificate: Certificate, occasion: str, **facts: object) -> None:
    producer = certificate.product.producer
    for user in producer.users.filter(is_active=True) if producer else ():
        facts |= {
            "name": user.get_full_name(),
            "title": certificate.product.title,
            "stars": certificate.stars,
            "decision_number": certificate.decision_number or "–",  # some registers give none
            "expires_on": f"{certificate.expires_on:%d/%m/%Y}" if certificate.expires_on else "",
            "url": link("desk:certificates", language=user.language),
        }
        tell(kind=kind, key=f"{certificate.pk}:{occasion}:{user.pk}", to=Recipient.of(user), facts=facts)
