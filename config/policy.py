"""Content-Security-Policy: strict for the shop; Oscar's and Wagtail's back offices bring inline scripts."""

from csp.constants import SELF, UNSAFE_INLINE
from django.utils.deprecation import MiddlewareMixin

OFFICE = ("/dashboard/", "/cms/")
INLINE = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "connect-src": [SELF],
}


class OfficePolicy(MiddlewareMixin):
    """Loosens script and style for pages that only signed-in staff can open."""

    def process_response(self, request, response):
        path = request.path.removeprefix("/en")
        if path.startswith(OFFICE):
            response._csp_replace = INLINE
            response._csp_update = {"img-src": ["blob:"]}
        return response
