"""What every page of the shop knows. Lazy: nothing is asked that the template does not print."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shop(request: HttpRequest) -> dict[str, Any]:
    return {
        "shop_name": settings.OSCAR_SHOP_NAME,
        "shop_tagline": settings.OSCAR_SHOP_TAGLINE,
        "homepage_url": settings.OSCAR_HOMEPAGE,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "path_without_language": request.path.removeprefix("/en"),
    }
