from typing import Any

from django.db import transaction
from django.http import HttpRequest
from oscar.apps.dashboard.catalogue import bulk_actions

from catalogue.actions import touch
from catalogue.models import Product
from marketplace.journal.actions import note


class Told(bulk_actions.BaseSetProductsPublicStatusAction):
    """The journal knows who showed or hid a product, and the search re-reads it."""

    @transaction.atomic
    def execute(self, request: HttpRequest, objects: Any, form: Any) -> None:
        ids = list(objects.values_list("pk", flat=True))
        super().execute(request, objects, form)
        for product in Product.objects.filter(pk__in=ids):
            note(product, "product.shown" if self.is_public else "product.hidden", by=request.user)
        touch(product_ids=ids)


class MakeProductsPublicAction(Told, bulk_actions.MakeProductsPublicAction):
    pass


class MakeProductsNonPublicAction(Told, bulk_actions.MakeProductsNonPublicAction):
    pass
