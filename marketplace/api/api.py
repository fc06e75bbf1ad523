"""/api/v1/: the door for tills; beside it that for bank feeds (bank.py) and that for carriers (carriers.py). Shapes in shapes.py, refusals in
problems.py, words for the docs in description.py.
"""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Query, Status, Swagger

from marketplace.tills import actions, tasks
from marketplace.tills import queries as tills
from marketplace.tills.models import Till

from . import carriers, description, queries
from .bank import router as bank
from .limits import TillToken
from .problems import answer_by_problems, sentence
from .shapes import Answers, Article, Batch, BatchAnswer, ChangePage, Event, EventAnswer, Gap, Me, Place


class FromTill(HttpRequest):
    """A request whose token was a till's."""

    auth: Till


class Described(NinjaAPI):
    """Its openapi.json also holds the shape of refusals, which no operation returns."""

    def get_openapi_schema(self, **asked: Any) -> Any:
        schema = super().get_openapi_schema(**asked)
        shape = description.problem_shape()
        schema["components"]["schemas"] |= shape.pop("$defs", {}) | {"Problem": shape}
        return schema


api = Described(
    title=description.TITLE, version="1", description=description.TEXT, auth=TillToken(),
    docs=Swagger({"defaultModelsExpandDepth": 0, "displayRequestDuration": True}),
)  # fmt: skip
answer_by_problems(api)
api.add_router("/bank", bank)


@api.post(
    "/tills/events", response={202: BatchAnswer}, tags=["Tell"], summary="Tell what happened",
    openapi_extra=description.of_batch(),
)  # fmt: skip
def report(request: FromTill, batch: Batch) -> Status[BatchAnswer]:
    """Events are kept at once and recorded in order soon after, each by itself: a bad one is parked, the rest go on.

    The answer is stored with the uuid. The same event again has its answer of now; the same uuid with other contents
    is refused as `event_differs`, a number used for another event as `sequence_taken`.
    """
    receipt = actions.accept(till=request.auth, reports=[_report(x) for x in batch.events], at=timezone.now())
    tasks.ring_the_bell()
    missing = [Gap(first=first, last=last) for first, last in receipt.missing]
    told = [_told(x) for x in receipt.answers]
    return Status(202, BatchAnswer(events=told, last_sequence=receipt.last_sequence, missing=missing))


@api.get(
    "/tills/events", response=Answers, tags=["Tell"], summary="Ask what became of it",
    openapi_extra=description.of("events"),
)  # fmt: skip
def events(
    request: FromTill,
    uuid: Annotated[list[UUID], Query(max_length=500, example=[description.SALE["uuid"]])],
) -> Answers:
    """What became of events reported before; those never received are not in the answer."""
    return Answers(events=[_told(x) for x in tills.answers(request.auth, uuid)])


@api.get(
    "/tills/changes", response=ChangePage, tags=["Read"], summary="Follow catalogue, prices and stock",
    openapi_extra=description.of("changes"),
)  # fmt: skip
def changes(
    request: FromTill,
    cursor: Annotated[int, Query(ge=0, lt=2**62, description="As the last page gave it; 0 for everything.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> ChangePage:
    """What changed since the cursor, each product once and as it is now; at the latest some seconds after it happened.

    Nothing is missed, however long the till was away; the same may come twice. What left the shop comes with `for_sale` false.
    """
    rows = queries.changes(request.auth, after=cursor, limit=limit + 1, at=timezone.now())
    page = rows[:limit]
    reached = page[-1].number if page else cursor
    return ChangePage(
        articles=[Article.model_validate(x, from_attributes=True) for x in page], cursor=reached, more=len(rows) > limit
    )


@api.get("/tills/me", response=Me, tags=["Begin"], summary="Whose token is this", openapi_extra=description.of("me"))
def me(request: FromTill) -> Me:
    """The till, its place, and its numbers so far: a device that takes another's place goes on from there."""
    till = request.auth
    place = Place(id=till.location_id, name=till.location.name)
    highest = queries.highest_sequence(till)
    return Me(till=till.pk, name=till.name, location=place, last_sequence=till.last_sequence, highest_sequence=highest)


api.add_router("/carriers", carriers.router)


def _report(event: Event) -> actions.Report:
    body = event.model_dump(mode="json", exclude_none=True)
    return actions.Report(event.uuid, event.sequence, event.kind, event.occurred_at, body)


def _told(found: tills.Answer) -> EventAnswer:
    return EventAnswer.model_construct(
        uuid=found.uuid, sequence=found.sequence, status=found.status, code=found.code, title=sentence(found)
    )
