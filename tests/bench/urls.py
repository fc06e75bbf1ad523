"""The shop's addresses, and an empty page through the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as shop


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>empty</title>")


urlpatterns = [path("bench/empty/", empty), *shop]
