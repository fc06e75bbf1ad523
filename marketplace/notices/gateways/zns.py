"""Zalo's notification service by ZNS_URL: file:///folder, or an address that takes Zalo's own JSON (ZNS_TOKEN).

Only templates that Zalo approved may be sent: ZNS_TEMPLATES names the number of each kind's. Zalo renews its access token
daily, so in production the address is that of a partner who keeps it.
"""

from typing import Any

from django.conf import settings

from ..kinds import kind_of
from ..letters import Short
from . import folder, http
from .answers import Accepted, NotDelivered

# Zalo answers HTTP 200 with a number of its own. These pass: its table (zalo.cloud/zns/guidelines/handle-error-code) says of
# the first to try again later; the others are an access token that its keeper renews. All others, those of a number
# without Zalo (-118) or of a quota used up among them, are final here, so that an order is heard of by SMS at once.
PASSING = {-100: "unknown error", -124: "access token invalid", -220: "access token expired or removed"}


def template(kind: str, language: str) -> str:
    """The number of the kind's approved template in that language; nothing where there is none. A folder takes them all."""
    name = kind if language == "vi" else f"{kind}.{language}"
    if not settings.ZNS_URL or not kind_of(kind).parameters:
        return ""
    known = str(settings.ZNS_TEMPLATES.get(name, ""))
    return known or (name if settings.ZNS_URL.startswith("file:") else "")


def send(short: Short) -> Accepted:
    """Hands over the parameters; the words are Zalo's copy of ours."""
    number = template(short.kind, short.language)
    if not number:
        raise NotDelivered("no approved template", final=True)
    data = {**short.parameters, "url": short.link}
    if settings.ZNS_URL.startswith("file:"):
        lines = [
            f"To: {short.to}",
            f"Template: {number}",
            *(f"{name}: {value}" for name, value in data.items()),
            "",
            short.whole,
        ]
        return folder.keep(settings.ZNS_URL, key=short.key, lines=lines)
    body = {"phone": short.to.removeprefix("+"), "template_id": number, "template_data": data, "tracking_id": short.key}
    return http.post(settings.ZNS_URL, token=settings.ZNS_TOKEN, key=short.key, body=body, read=_read)


def _read(told: dict[str, Any]) -> str:
    """Zalo's number of the message; a refusal where it says so."""
    error, data = told.get("error"), told.get("data")
    if isinstance(error, int) and error:
        raise NotDelivered(f"{error} {str(told.get('message', ''))[:300]}".strip(), final=error not in PASSING)
    return str(data.get("msg_id", "")) if isinstance(data, dict) else http.reference(told)
