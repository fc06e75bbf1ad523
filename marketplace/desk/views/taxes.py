"""What the shop withholds, and the month's file for the tax office."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.roles import is_office
from marketplace.settlement import actions
from marketplace.settlement.files import tax_table
from marketplace.settlement.models import TaxRate
from marketplace.settlement.queries.listing import withheld
from marketplace.tables import CSV, XLSX, csv_file, xlsx_file

from ..deeds import attempt
from ..doors import door
from ..pages import attached, show
from ..queries import settlement
from ..settlement_forms import RateForm


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    """A month, producer by producer, and the rates."""
    month = settlement.month(request.GET.get("month", ""))
    return show(request, "taxes", {"month": month, "rows": withheld(month), "rates": TaxRate.objects.all()})


@door(is_office)
def rate(request: HttpRequest) -> HttpResponse:
    """Rates are dated: a new one counts from its day on."""
    form = RateForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data | {"by": request.user, "at": timezone.now()}
        if attempt(request, lambda: actions.set_rate(**facts), _("The rate applies from that day on."), form):
            return redirect("desk:taxes")
    return show(request, "rate", {"form": form})


@door(is_office)
def csv(request: HttpRequest) -> HttpResponse:
    month = settlement.month(request.GET.get("month", ""))
    return attached(csv_file(*tax_table(withheld(month))), CSV, f"thue-{month:%Y-%m}.csv")


@door(is_office)
def xlsx(request: HttpRequest) -> HttpResponse:
    month = settlement.month(request.GET.get("month", ""))
    return attached(xlsx_file(f"{month:%Y-%m}", *tax_table(withheld(month))), XLSX, f"thue-{month:%Y-%m}.xlsx")
