"""A bank's files: sent, their columns named once for each bank, and what became of each row."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.checkout import tasks
from marketplace.notices.tasks import ring
from marketplace.payment.banking import queries
from marketplace.payment.banking.actions import statements
from marketplace.payment.models import Statement
from marketplace.roles import is_office

from ..bank_forms import ColumnsForm, StatementForm
from ..deeds import attempt
from ..doors import door
from ..pages import paged, show
from ..queries import bank

PREVIEW = 5


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    """The files so far, and the form for the next."""
    form = StatementForm(request.POST or None, request.FILES or None)
    made = _taken(request, form) if request.method == "POST" and form.is_valid() else None
    if made:
        return redirect("desk:statement", made.pk)
    page, pager = paged(request, queries.statements())
    return show(request, "statements", {"statements": page.object_list, "pager": pager, "form": form})


def _taken(request: HttpRequest, form: StatementForm) -> Any:
    facts, made = form.facts() | {"by": request.user, "at": timezone.now()}, []
    if attempt(request, lambda: made.append(statements.take(**facts)), form=form):
        ring(tasks.receive_transfers)
    return made[0] if made else None


@door(is_office)
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Its columns as long as nobody has named them; then its rows."""
    statement = get_object_or_404(Statement.objects.select_related("account", "by"), pk=pk)
    return _report(request, statement) if statement.read_at else _columns(request, statement)


def _report(request: HttpRequest, statement: Statement) -> HttpResponse:
    page, pager = paged(request, statement.report, 100)
    fresh, refused = statement.lines.count(), sum(1 for one in statement.report if not one[1])
    numbers = {"fresh": fresh, "refused": refused, "known": len(statement.report) - fresh - refused}
    rows = bank.rows(statement, page.object_list)
    return show(request, "statement", {"statement": statement, "rows": rows, "pager": pager} | numbers)


def _columns(request: HttpRequest, statement: Statement) -> HttpResponse:
    table = statements.table_of(statement=statement)
    form = ColumnsForm(request.POST or None, table=table)
    if request.method == "POST" and form.is_valid() and _named(request, statement, form):
        return redirect("desk:statement", statement.pk)
    rows = [list(zip(table.headings, row, strict=False)) for _number, row in table.rows[:PREVIEW]]
    return show(request, "statement_columns", {"statement": statement, "table": table, "rows": rows, "form": form})


def _named(request: HttpRequest, statement: Statement, form: ColumnsForm) -> bool:
    facts = {"statement": statement, "columns": form.columns(), "by": request.user, "at": timezone.now()}
    done = attempt(
        request, lambda: statements.name_columns(**facts), _("Read. Its bank's columns are known now."), form
    )
    if done:
        ring(tasks.receive_transfers)
    return done


@require_POST
@door(is_office)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    statement = get_object_or_404(Statement, pk=pk)
    attempt(request, lambda: statements.drop(statement=statement, by=request.user), _("The file is removed."))
    return redirect("desk:statements")
