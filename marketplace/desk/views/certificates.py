"""Stars: the producer reads them, the office records and revokes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.certificates import actions
from marketplace.certificates.models import Certificate
from marketplace.roles import is_office, owns_goods

from ..deeds import attempt
from ..doors import door
from ..forms import CertificateForm, RevokeForm
from ..pages import paged, show, words
from ..queries import certificates


@door(owns_goods)
def index(request: HttpRequest) -> HttpResponse:
    """Live ones first, those that end soon above; then the past."""
    text, today = words(request), timezone.localdate()
    page, pager = paged(request, certificates.listed(request.user, today, text))
    rows = certificates.rows(page.object_list, today)
    return show(request, "certificates", {"rows": rows, "pager": pager, "q": text})


@door(is_office)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision gives a product its stars."""
    product = get_object_or_404(Product.objects.for_owner(request.user), pk=pk)
    form = CertificateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        facts = {"product": product, "by": request.user, **form.facts()}
        if attempt(request, lambda: actions.record(**facts), _("The certificate is recorded."), form):
            return redirect("desk:listing", pk)
    return show(request, "certificate_form", {"product": product, "form": form})


@door(is_office)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision takes stars back, everywhere at once."""
    certificate = get_object_or_404(Certificate.objects.select_related("product__producer"), pk=pk)
    form = RevokeForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        facts = {"certificate": certificate, "by": request.user, **form.cleaned_data}
        if attempt(request, lambda: actions.revoke(**facts), _("No page shows these stars any more."), form):
            return redirect("desk:certificates")
    return show(request, "revoke_form", {"certificate": certificate, "form": form})
