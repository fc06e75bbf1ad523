"""SMS by SMS_URL: file:///folder, or an address that takes {"to", "text", "reference"} as JSON (SMS_TOKEN)."""

from django.conf import settings

from .. import gsm
from ..letters import Short
from . import folder, http
from .answers import Accepted


def send(short: Short) -> Accepted:
    """Hands the text over, in signs that every network carries."""
    text = short.text
    if settings.SMS_URL.startswith("file:"):
        lines = [f"To: {short.to}", f"Signs: {gsm.length(text)}", f"Segments: {gsm.segments(text)}", "", text]
        return folder.keep(settings.SMS_URL, key=short.key, lines=lines)
    body = {"to": short.to, "text": text, "reference": short.key}
    return http.post(settings.SMS_URL, token=settings.SMS_TOKEN, key=short.key, body=body)
