"""Producers and sales points."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from marketplace.locations.models import Location

from .. import age
from ..queries.points import points as all_points
from ..queries.producers import point_page, producer_page, selling


def producer(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(selling(), code=code)
    page = producer_page(found, request.GET, path=request.path, on=timezone.localdate(), adult=age.is_adult(request))
    return render(request, "shop/producer.html", page)


def points(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/points.html", {"points": all_points()})


def point(request: HttpRequest, slug: str) -> HttpResponse:
    places = Location.objects.sales_points().select_related("commune").prefetch_related("hours")
    found = get_object_or_404(places, slug=slug)
    page = point_page(found, request.GET, path=request.path, on=timezone.localdate(), adult=age.is_adult(request))
    return render(request, "shop/point.html", page)
