"""What a product page says to search engines (schema.org). Stars only while they are live."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from .queries.product import ProductPage

_ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}


def product_data(page: ProductPage, site: str) -> dict[str, Any]:
    """The product with its offer, its maker and its certificate."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": page.product.title,
        "url": f"{site}{page.card.url}",
        "sku": page.product.upc or str(page.product.pk),
        "brand": {"@type": "Organization", "name": page.producer.name},
        "offers": {
            "@type": "Offer",
            "price": str(page.price),
            "priceCurrency": "VND",
            "availability": f"https://schema.org/{'InStock' if page.available > 0 else 'OutOfStock'}",
            "seller": {"@type": "Organization", "name": page.producer.name},
        },
    }
    if page.pictures:
        data["image"] = [f"{site}{one.url}" for one in page.pictures]
    if page.badge:
        data["hasCertification"] = _certification(page)
    return data


def _certification(page: ProductPage) -> dict[str, Any]:
    badge = page.badge
    assert badge
    return {
        "@type": "Certification",
        "name": f"OCOP {badge.stars} sao" + (" (demonstration, invented)" if badge.demonstration else ""),
        "certificationIdentification": badge.decision_number,
        "issuedBy": {"@type": "Organization", "name": badge.authority},
        "validFrom": badge.decided_on.isoformat(),
        "expires": badge.expires_on.isoformat(),
        "certificationRating": {"@type": "Rating", "ratingValue": badge.stars, "bestRating": 5},
    }


def script(data: dict[str, Any]) -> SafeString:
    """As text for a data block: nothing in it can end the block."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))
