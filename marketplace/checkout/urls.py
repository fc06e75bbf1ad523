"""From the basket to the paid order. Oscar mounts them at /checkout/ under the name `checkout`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="index"),
    path("communes/", views.communes, name="communes"),
    path("review/", views.review, name="review"),
    path("bundle/", views.bundle, name="bundle"),
    path("place/", views.place, name="place"),
    path("pay/<slug:token>/", views.pay, name="pay"),
    path("paid/<slug:token>/", views.paid, name="paid"),
]
