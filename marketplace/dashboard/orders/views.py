"""Orders to read. What moves an order, its parcels or its money are our actions, at the desk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from oscar.apps.dashboard.orders import views


class OrderListView(views.OrderListView):
    actions = ("download_selected_orders",)


class OrderDetailView(views.OrderDetailView):
    order_actions = ("save_note", "delete_note")
    line_actions = ()


class ShippingAddressUpdateView(views.ShippingAddressUpdateView):
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """The fee and the place that packs were chosen for the address that the buyer gave."""
        messages.error(
            request, _("The address of an order cannot be changed. Cancel it, and let the buyer order again.")
        )
        return redirect("dashboard:order-detail", number=kwargs["number"])
