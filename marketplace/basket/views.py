"""Oscar's doors to the basket, with few queries and our page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from extra_views import ModelFormSetView
from oscar.apps.basket import views
from oscar.apps.basket.views import VoucherAddView, VoucherRemoveView  # noqa: F401  Oscar looks for them here
from oscar.core.utils import redirect_to_referrer

from marketplace.errors import noted

from . import queries
from .forms import BoxesForm
from .models import Line


@method_decorator(never_cache, name="dispatch")
class BasketView(views.BasketView):
    """What is in the basket, and what it costs before delivery."""

    template_name = "shop/basket.html"

    def get_queryset(self):
        """What is in gift boxes is changed box by box."""
        return self.request.basket.loose_lines() if self.request.basket.pk else Line.objects.none()

    def get_context_data(self, **kwargs):
        context = ModelFormSetView.get_context_data(self, **kwargs)
        formset, basket = context["formset"], self.request.basket
        return context | {
            "lines": queries.rows(formset, timezone.localdate()),
            "boxes": [(row, _boxes_form(row)) for row in queries.boxes(basket, timezone.localdate())],
            "summary": queries.summary(basket),
            "voucher_form": self.get_basket_voucher_form(),
            "vouchers": list(basket.vouchers.all()) if basket.pk else [],
            "checkout_url": reverse("checkout:index"),
        }

    def formset_valid(self, formset) -> HttpResponse:
        formset.save()
        messages.success(self.request, _("The basket is up to date."))
        return redirect("basket:summary")

    def formset_invalid(self, formset) -> HttpResponse:
        if not formset.management_form.is_valid():
            return noted(self.request, redirect("basket:summary"), "wrong_shape")
        codes = [code for form in formset.forms for code in _codes(form)]
        return noted(self.request, super().formset_invalid(formset), *codes)


class SavedView(RedirectView):
    """Oscar's second basket is not in use."""

    pattern_name = "basket:summary"


class BasketAddView(views.BasketAddView):
    """Some pieces of a product go into the basket."""

    def form_valid(self, form) -> HttpResponse:
        self.request.basket.add_product(form.product, form.cleaned_data["quantity"], form.cleaned_options())
        messages.success(self.request, _("“%(title)s” is in the basket.") % {"title": form.product.title})
        return redirect(self.get_success_url())

    def form_invalid(self, form) -> HttpResponse:
        for errors in form.errors.values():
            messages.error(self.request, " ".join(errors))
        return noted(self.request, redirect_to_referrer(self.request, "basket:summary"), *_codes(form))


def _boxes_form(row: queries.BoxRow) -> BoxesForm:
    return BoxesForm({"quantity": row.quantity}, auto_id=f"box-{row.box.pk}-%s")


def _codes(form) -> list[str]:
    """Oscar gives its own refusals no code."""
    return [f"{field} {one.code or 'not_permitted'}" for field, some in form.errors.as_data().items() for one in some]
