"""Listings: what a producer writes and the office decides."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue import actions, queries
from catalogue.forms import ListingForm, PriceForm, ReasonForm, TiersForm
from catalogue.models import ListingChange, Product
from marketplace.roles import is_office, owns_goods
from marketplace.stock import queries as stock

from ..deeds import attempt, perform
from ..doors import door
from ..forms import CountForm, ProducerForm
from ..pages import paged, show, words
from ..queries import goods

Status = ListingChange.Status


@door(owns_goods)
def index(request: HttpRequest) -> HttpResponse:
    """The own goods with price, star, stock and what is under way."""
    text = words(request)
    page, pager = paged(request, goods.products(request.user, text))
    context = {
        "rows": goods.goods(page.object_list, timezone.localdate()),
        "drafts": ListingChange.objects.for_owner(request.user).filter(product=None).exclude(status=Status.APPROVED),
        "pager": pager,
        "q": text,
    }
    return show(request, "listings", context)


@door(owns_goods)
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """One product: its prices, its stock place by place, its certificates, its versions."""
    return _listing(request, _product(request, pk))


def _listing(request: HttpRequest, product: Product, tiers_form: TiersForm | None = None) -> HttpResponse:
    row = goods.goods([product], timezone.localdate())[0]
    forms = {
        "price_form": PriceForm(),
        "count_form": CountForm(),
        "tiers_form": tiers_form or TiersForm(tiers=row.tiers),
    }
    context = {"row": row, "certificates": product.certificates.all(), "changes": product.changes.all()[:20]}
    return show(request, "listing", context | forms | {"balances": stock.balances(product_ids=[product.pk])})


@require_POST
@door(owns_goods)
def price(request: HttpRequest, pk: int) -> HttpResponse:
    """A price applies at once."""
    facts = {"product": _product(request, pk), "by": request.user, "at": timezone.now()}
    perform(request, actions.set_price, _("The new price applies now."), PriceForm(request.POST), **facts)
    return redirect("desk:listing", pk)


@require_POST
@door(owns_goods)
def tiers(request: HttpRequest, pk: int) -> HttpResponse:
    """Quantity prices apply at once, as the price does; what was refused stands there as it was typed."""
    product, form = _product(request, pk), TiersForm(request.POST)
    if form.is_valid():
        facts = {"product": product, "tiers": form.tiers(), "by": request.user, "at": timezone.now()}
        if attempt(request, lambda: actions.set_tiers(**facts), _("The quantity prices apply now."), form):
            return redirect("desk:listing", pk)
    return _listing(request, product, form)


@door(owns_goods)
def new(request: HttpRequest) -> HttpResponse:
    """A first draft of a product that the shop does not know."""
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form, producer = ListingForm(*data), ProducerForm(*data[:1], producers=goods.producers(request.user))
    if request.method == "POST" and form.is_valid() and producer.is_valid():
        facts = {"producer": producer.cleaned_data["producer"], "fields": form.facts(), "by": request.user}
        change = actions.propose(photographs=form.cleaned_data["photographs"], at=timezone.now(), **facts)
        return _then(request, change)
    return show(request, "change_form", {"form": form, "producer_form": producer})


@require_POST
@door(owns_goods)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Begins a change of what is live, or goes on with the one that is open."""
    change = actions.start_change(product=_product(request, pk), by=request.user)
    return redirect("desk:change", change.pk)


@door(owns_goods)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposed version: a form while it is a draft, afterwards old and new side by side."""
    change = _change(request, pk)
    if change.status == Status.DRAFT:
        return _write(request, change)
    context = {"change": change, "differences": queries.differences(change), "photos": goods.photos(change)}
    context |= {"live_photos": goods.live_photos(change.product), "reason_form": ReasonForm()}
    context["side_by_side"] = change.product and change.status == Status.SUBMITTED
    return show(request, "change", context | {"may_decide": is_office(request.user)})


def _write(request: HttpRequest, change: ListingChange) -> HttpResponse:
    posted = request.method == "POST"
    form = ListingForm(request.POST, request.FILES, instance=change) if posted else ListingForm(instance=change)
    if posted and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("photographs", "drop")}
        facts |= {"change": change, "fields": form.facts(), "by": request.user, "at": timezone.now()}
        if attempt(request, lambda: actions.save_change(**facts), _("The draft is saved."), form):
            return _then(request, change)
    photos = goods.photos(change, request.POST.getlist("drop"))
    return show(request, "change_form", {"form": form, "change": change, "photos": photos})


def _then(request: HttpRequest, change: ListingChange) -> HttpResponse:
    """Saved; and sent to the office when that button was pressed."""
    if request.POST.get("then") == "submit":
        facts = {"change": change, "by": request.user, "at": timezone.now()}
        attempt(request, lambda: actions.submit(**facts), _("The office will look at the listing."))
    return redirect("desk:change", change.pk)


@require_POST
@door(owns_goods)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(request, pk)
    attempt(request, lambda: actions.withdraw(change=change, by=request.user), _("You can go on writing."))
    return redirect("desk:change", pk)


@require_POST
@door(owns_goods)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(request, pk)
    attempt(request, lambda: actions.discard(change=change, by=request.user), _("The draft is thrown away."))
    return redirect("desk:listings")


@require_POST
@door(owns_goods)
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """A rejected version becomes the beginning of a new draft."""
    change = _change(request, pk)
    drafts: list[ListingChange] = []
    attempt(request, lambda: drafts.append(actions.revise(change=change, by=request.user)))
    return redirect("desk:change", drafts[0].pk if drafts else pk)


@require_POST
@door(is_office)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    facts = {"change": _change(request, pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.approve(**facts), _("The shop shows the new version now."))
    return redirect("desk:change", pk)


@require_POST
@door(is_office)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    facts = {"change": _change(request, pk), "by": request.user, "at": timezone.now()}
    perform(request, actions.reject, _("The producer is told why."), ReasonForm(request.POST), **facts)
    return redirect("desk:change", pk)


@door(is_office)
def review(request: HttpRequest) -> HttpResponse:
    """Listings that wait for the office, the longest first."""
    waiting = ListingChange.objects.waiting().select_related("producer", "product").order_by("submitted_at")
    page, pager = paged(request, waiting)
    return show(request, "review", {"rows": page.object_list, "pager": pager})


def _product(request: HttpRequest, pk: int) -> Product:
    return get_object_or_404(Product.objects.for_owner(request.user).filter(producer__isnull=False), pk=pk)


def _change(request: HttpRequest, pk: int) -> ListingChange:
    mine = ListingChange.objects.for_owner(request.user).select_related("product", "producer", "category")
    return get_object_or_404(mine, pk=pk)
