"""Where the payment company tells what happened: checked, kept, answered at once, acted on by a worker."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.errors import noted
from marketplace.notices.tasks import ring
from marketplace.payment import actions as payments
from marketplace.payment.gateways import stripe
from marketplace.payment.models import PaymentEvent

from . import tasks


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """A signed word is in the inbox; anything else is refused with a problem document and leaves nothing behind."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        said = stripe.read_webhook(request.body, signature, settings.STRIPE_WEBHOOK_SECRET)
    except stripe.BadSignature as refused:
        return noted(request, _problem(request, refused), refused.code, refused.message)
    event = _recorded(said, request.body)
    if event.handled_at is None:
        ring(tasks.handle_event, event.pk)
    return HttpResponse(status=204)


def _recorded(said: stripe.WebhookEvent, body: bytes) -> PaymentEvent:
    return payments.record_event(
        gateway="stripe", source_id=said.id, kind=said.kind, object_id=said.object_id, payload=json.loads(body),
        at=timezone.now(),
    )  # fmt: skip


def _problem(request: HttpRequest, refused: stripe.BadSignature) -> JsonResponse:
    """By Accept-Language: the address carries no language."""
    with translation.override(translation.get_language_from_request(request)):
        problem = {"type": "about:blank", "title": str(refused), "status": 400, "code": refused.code}
    plain = {"ensure_ascii": False}
    return JsonResponse(problem, status=400, content_type="application/problem+json", json_dumps_params=plain)
