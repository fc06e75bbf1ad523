"""The shop's public addresses. Those of Oscar's catalogue keep Oscar's names; our views answer them first."""

from django.conf import settings
from django.urls import path, re_path
from django.views.generic import RedirectView

from .views import boxes, catalogue, invoices, messages, orders, producers, refunds, returns, shortages, site, stars


def leads_to(name: str) -> object:
    """A door of Oscar's or Wagtail's that we do not use leads to ours, which is throttled and in our look."""
    return RedirectView.as_view(pattern_name=name, query_string=True)


app_name = "shop"
urlpatterns = [
    path("", catalogue.home, name="home"),
    path("catalogue/", catalogue.products),
    re_path(r"^catalogue/category/(?P<category_slug>[\w/-]+)_(?P<pk>\d{1,18})/$", catalogue.products),
    re_path(r"^catalogue/(?P<product_slug>[\w-]*)_(?P<pk>\d{1,18})/$", catalogue.product),
    path("boxes/", boxes.boxes, name="boxes"),
    re_path(r"^boxes/(?P<slug>[\w-]*)_(?P<pk>\d{1,18})/$", boxes.box, name="box"),
    path("boxes/<int:pk>/basket/", boxes.add, name="box-add"),
    path("boxes/<int:pk>/basket/change/", boxes.change, name="box-change"),
    path("orders/<slug:token>/", orders.order, name="order"),
    path("orders/<slug:token>/receipt.pdf", orders.receipt, name="order-receipt"),
    path("orders/<slug:token>/invoice/", invoices.invoice, name="order-invoice"),
    path("orders/<slug:token>/confirm/<slug:mark>/", orders.confirm, name="order-confirm"),
    path("orders/<slug:token>/cancel/", orders.cancel, name="order-cancel"),
    path("orders/<slug:token>/parcels/<int:pk>/cancel/", orders.cancel_parcel, name="parcel-cancel"),
    path("orders/<slug:token>/fewer/", orders.fewer, name="order-fewer"),
    path("orders/<slug:token>/return/<int:pk>/", returns.ask, name="return"),
    path("orders/<slug:token>/returns/<int:pk>/withdraw/", returns.withdraw, name="return-withdraw"),
    path("orders/<slug:token>/returns/<int:pk>/sent/", returns.sent, name="return-sent"),
    path("orders/<slug:token>/photographs/<int:pk>/", returns.photo, name="return-photo"),
    path("orders/<slug:token>/messages/", messages.OfOrder.as_view(), name="order-messages"),
    path("missing/<slug:token>/", shortages.shortage, name="missing"),
    path("missing/<slug:token>/choose/", shortages.choose, name="missing-choose"),
    path("money-back/<slug:token>/", refunds.account, name="refund-account"),
    path("age/", site.confirm_age, name="age"),
    path("certificates/", stars.certificates, name="certificates"),
    path("certificates/<int:pk>/", stars.certificate, name="certificate"),
    path("producers/<slug:code>/", producers.producer, name="producer"),
    path("points/", producers.points, name="points"),
    path("points/<slug:slug>/", producers.point, name="point"),
    path("search/", leads_to("catalogue:index")),
    re_path(r"^(?:offers|wishlists|catalogue/ranges)/", leads_to("catalogue:index")),
    re_path(r"^catalogue/(?P<product_slug>[\w-]*)_(?P<pk>\d{1,18})/reviews/", leads_to("catalogue:detail")),
    re_path(r"^(?:password-reset|cms/password_reset)/", leads_to("account:password-reset")),
    re_path(r"^(?:dashboard|cms)/login/$", leads_to("account:sign-in")),
]
if settings.DEBUG:
    urlpatterns.append(path("components/", site.components, name="components"))
