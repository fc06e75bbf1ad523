"""Goods are corrected here; they are proposed and approved at the desk, and never deleted."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from oscar.apps.dashboard.catalogue import views

from catalogue.actions import touch
from marketplace.journal.actions import note


class ProductCreateRedirectView(views.ProductCreateRedirectView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A new product is a listing that is proposed and approved."""
        return redirect("desk:listing-new")


class ProductCreateUpdateView(views.ProductCreateUpdateView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "pk" not in kwargs:
            return redirect("desk:listing-new")
        return super().dispatch(request, *args, **kwargs)

    @transaction.atomic
    def forms_valid(self, form: Any, formsets: Any) -> HttpResponse:
        """The journal knows who corrected it, and the search re-reads it."""
        answer = super().forms_valid(form, formsets)
        note(self.object, "product.corrected", by=self.request.user, fields=form.changed_data)
        touch(product_ids=[self.object.pk])
        return answer


class ProductDeleteView(views.ProductDeleteView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Versions of a listing and what was sold are kept (Law 122/2025/QH15)."""
        messages.error(request, _("A product is never deleted. Make it non-public, and the shop no longer shows it."))
        return redirect("dashboard:catalogue-product", pk=kwargs["pk"])


class CategoryDeleteView(views.CategoryDeleteView):
    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                self.object.delete()
        except ProtectedError:
            messages.error(self.request, _("Listings belong to this product group; it cannot be deleted."))
            return redirect("dashboard:catalogue-category-list")
        return redirect(self.get_success_url())
