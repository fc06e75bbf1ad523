"""Where the payment company tells what happened: checked, kept, answered at once, acted on by a worker."""

import json
import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.notices.tasks import ring
from marketplace.payment import actions as payments
from marketplace.payment.gateways import stripe
from marketplace.payment.models import PaymentEvent

from . import tasks

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """A signed word is in the inbox; anything else is refused with a problem document and leaves nothing behind."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        said = stripe.read_webhook(request.body, signature, settings.STRIPE_WEBHOOK_SECRET)
    except stripe.BadSignature as refused:
        log.warning("webhook refused: %s", refused.message)
        return _problem(refused)
    event = _recorded(said, request.body)
    if event.handled_at is None:
        ring(tasks.handle_event, event.pk)
    return HttpResponse(status=204)


def _recorded(said: stripe.WebhookEvent, body: bytes) -> PaymentEvent:
    return payments.record_event(
        gateway="stripe", source_id=said.id, kind=said.kind, object_id=said.object_id, payload=json.loads(body),
        at=timezone.now(),
    )  # fmt: skip


def _problem(refused: stripe.BadSignature) -> JsonResponse:
    problem = {"type": "about:blank", "title": str(refused), "status": 400, "code": refused.code}
    return JsonResponse(problem, status=400, content_type="application/problem+json")
