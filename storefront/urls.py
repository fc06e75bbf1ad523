"""The shop's public addresses. Those of Oscar's catalogue keep Oscar's names; our views answer them first."""

from django.urls import path, re_path

from .views import catalogue, producers, site, stars

app_name = "shop"
urlpatterns = [
    path("", catalogue.home, name="home"),
    path("catalogue/", catalogue.products),
    re_path(r"^catalogue/category/(?P<category_slug>[\w/-]+)_(?P<pk>\d{1,18})/$", catalogue.products),
    re_path(r"^catalogue/(?P<product_slug>[\w-]*)_(?P<pk>\d{1,18})/$", catalogue.product),
    path("age/", site.confirm_age, name="age"),
    path("certificates/", stars.certificates, name="certificates"),
    path("certificates/<int:pk>/", stars.certificate, name="certificate"),
    path("producers/<slug:code>/", producers.producer, name="producer"),
    path("points/", producers.points, name="points"),
    path("points/<slug:slug>/", producers.point, name="point"),
]
