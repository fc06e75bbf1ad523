"""What every page of the shop knows. Lazy: nothing is asked that the template does not print."""

from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from marketplace.notices.queries import unread

from .queries.basket import pieces
from .queries.pages import Option

_ENGLISH = "/en/"
_OWN = ("/accounts/", "/desk/")  # only there unread messages are counted: pages of the shop are kept, and ask nothing
# Pages of text by their address; an editor who moves one leaves a redirect behind (Wagtail does).
TEXTS = (
    ("gioi-thieu", _("About us")),
    ("dieu-khoan", _("Terms of purchase")),
    ("quy-che", _("Operating rules")),
    ("rieng-tu", _("Personal data")),
)


def shop(request: HttpRequest) -> dict[str, Any]:
    path = request.path
    plain = path.removeprefix("/en") if path.startswith(_ENGLISH) else path
    home = _ENGLISH if plain != path else "/"
    return {
        "shop_name": settings.OSCAR_SHOP_NAME,
        "shop_tagline": settings.OSCAR_SHOP_TAGLINE,
        "homepage_url": home,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "path_without_language": plain,
        "canonical_url": f"{settings.SITE_URL}{path}",
        "languages": [
            Option("vi", "Tiếng Việt", selected=plain == path, url=plain),
            Option("en", "English", selected=plain != path, url=f"/en{plain}"),
        ],
        "texts": [Option(slug, str(label), url=f"{home}{slug}/") for slug, label in TEXTS],
        "basket_count": SimpleLazyObject(lambda: pieces(request)),
        "unread": SimpleLazyObject(lambda: unread(request.user)) if plain.startswith(_OWN) else 0,
        "searched": SimpleLazyObject(lambda: _searched(request)),
    }


def _searched(request: HttpRequest) -> str:
    """What the search field says; nothing when the address is the reason for an error page."""
    try:
        return request.GET.get("q", "")
    except SuspiciousOperation:
        return ""
