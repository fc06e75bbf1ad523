"""/api/v1/: the door for tills. Shapes in shapes.py, refusals in problems.py."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Query, Status
from ninja.decorators import decorate_view

from marketplace.tills import actions, queries, tasks
from marketplace.tills.models import Till

from .limits import TillToken, in_the_readers_language, of_bounded_size
from .problems import answer_by_problems, sentence
from .shapes import Answers, Article, ArticlePage, Batch, BatchAnswer, Event, EventAnswer, Gap, Problem


class FromTill(HttpRequest):
    """A request whose token was a till's."""

    auth: Till


api = NinjaAPI(title="Chợ OCOP", version="1", auth=TillToken(), docs_url=None)
answer_by_problems(api)
REFUSALS = {401: Problem, 413: Problem, 422: Problem, 429: Problem}
door = decorate_view(of_bounded_size, in_the_readers_language)


@api.post("/tills/events", response={202: BatchAnswer, **REFUSALS}, tags=["tills"])
@door
def report(request: FromTill, batch: Batch) -> Status[BatchAnswer]:
    """Events as they happened. Each is kept first and recorded soon after; sending one again gives its answer."""
    receipt = actions.accept(till=request.auth, reports=[_report(x) for x in batch.events], at=timezone.now())
    tasks.ring_the_bell()
    missing = [Gap(first=first, last=last) for first, last in receipt.missing]
    told = [_told(x) for x in receipt.answers]
    return Status(202, BatchAnswer(events=told, last_sequence=receipt.last_sequence, missing=missing))


@api.get("/tills/events", response={200: Answers, **REFUSALS}, tags=["tills"])
@door
def events(request: FromTill, uuid: Annotated[list[UUID], Query(max_length=500)]) -> Answers:
    """What became of events reported before; those never received are not in the answer."""
    return Answers(events=[_told(x) for x in queries.answers(request.auth, uuid)])


@api.get("/tills/catalogue", response={200: ArticlePage, **REFUSALS}, tags=["tills"])
@door
def catalogue(
    request: FromTill,
    cursor: Annotated[int, Query(ge=0, lt=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ArticlePage:
    """What may be sold, for how much, and how many are left at this till's place."""
    rows = queries.articles(request.auth, after=cursor, limit=limit)
    following = rows[-1].cursor if len(rows) == limit else None
    return ArticlePage(articles=[Article.from_orm(row) for row in rows], next=following)


def _report(event: Event) -> actions.Report:
    body = event.model_dump(mode="json", exclude_none=True)
    return actions.Report(event.uuid, event.sequence, event.kind, event.occurred_at, body)


def _told(found: queries.Answer) -> EventAnswer:
    return EventAnswer(
        uuid=found.uuid, sequence=found.sequence, status=found.status, code=found.code, title=sentence(found)
    )
