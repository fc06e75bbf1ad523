"""Whoever opens an address that only takes what a form sends is led to the page on which the form stands."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.deprecation import MiddlewareMixin

NO_PAGES = {"wagtail_serve", "elsewhere"}  # they take every address, whether there is a page or not


class LeadBack(MiddlewareMixin):
    """A browser asks there after signing in, and from the links of a page that says what was typed in vain."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        reads = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", "")
        if not reads or not isinstance(response, HttpResponseNotAllowed):
            return response
        query = request.META["QUERY_STRING"]
        return HttpResponseRedirect(_above(request.path) + (f"?{query}" if query else ""))


def _above(path: str) -> str:
    """The nearest address above that there is."""
    while path := path.rstrip("/").rpartition("/")[0]:
        try:
            if resolve(f"{path}/").url_name not in NO_PAGES:
                return f"{path}/"
        except Resolver404:
            continue
    return "/"
