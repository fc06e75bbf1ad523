"""E-mail by Django's backend (EMAIL_URL); its time-out is a setting."""

from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from ..letters import Letter
from .answers import Accepted, NotDelivered


def send(letter: Letter) -> Accepted:
    """Hands the letter, as text and as HTML, to the mail server."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{letter.key}@{host}>",
        "Content-Language": letter.language,
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.to], headers=headers)
    message.attach_alternative(letter.html, "text/html")
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise NotDelivered(f"{code} {words!r}", final=500 <= code < 600) from error
    except (SMTPException, OSError) as error:
        silent = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)  # as smtplib wraps it
        raise NotDelivered(f"{type(error).__name__}: {error}", silent=silent) from error
    return Accepted()
