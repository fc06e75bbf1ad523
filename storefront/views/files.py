"""Uploaded files of a shop that keeps them on its own disk. With a bucket, its own addresses lead there."""

from posixpath import normpath

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.static import serve

from marketplace.roles import is_office

PUBLIC = ("images/", "original_images/", "listings/", "boxes/")  # photographs; scans of certificates are the office's


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A photograph for everybody, anything else for the office. Names are never used twice, so they may be kept."""
    path = normpath(path)  # what is asked for is what is judged
    public = path.startswith(PUBLIC)
    if path.startswith("..") or not (public or is_office(request.user)):
        raise Http404
    answer = serve(request, path, document_root=settings.MEDIA_ROOT)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"  # an upload never runs anything here
    patch_cache_control(answer, **({"public": True, "max_age": 30 * 24 * 3600} if public else {"private": True}))
    return answer
