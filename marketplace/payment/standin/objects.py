"""The objects of Stripe's API that a card payment through Checkout needs, as its description names them."""

from __future__ import annotations

import secrets
import string
from typing import Any

Thing = dict[str, Any]

API_VERSION = "2026-08-26.dahlia"
LETTERS = string.ascii_letters + string.digits
LENGTHS = {"cs_test_": 58}
KINDS = {
    "cs_test_": "checkout.session", "pi_": "payment_intent", "ch_": "charge", "re_": "refund", "du_": "dispute",
    "evt_": "event",
}  # fmt: skip


def new_id(prefix: str) -> str:
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(LENGTHS.get(prefix, 24)))


def kind_of(id: object) -> str | None:
    """Which kind of object an id names, by its prefix."""
    if not isinstance(id, str):
        return None
    return next((kind for prefix, kind in KINDS.items() if id.startswith(prefix)), None)


UNUSED = (  # of a session, by a shop like ours
    "customer", "customer_details", "client_secret", "invoice", "subscription", "setup_intent", "payment_link", "consent",
    "shipping_cost", "allow_promotion_codes",
)  # fmt: skip


def session(*, at: int, total: int, **given: Any) -> Thing:
    return {
        "id": new_id("cs_test_"),
        "object": "checkout.session",
        "created": at,
        "livemode": False,
        "mode": "payment",
        "status": "open",
        "payment_status": "unpaid",
        "payment_intent": None,
        "amount_subtotal": total,
        "amount_total": total,
        "currency": "vnd",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "shipping_options": [],
        "payment_method_types": ["card"],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer_creation": "if_required",
        "ui_mode": "hosted_page",
        "phone_number_collection": {"enabled": False},
        **dict.fromkeys(UNUSED),
        **given,
    }


def line_item(*, name: str, unit_amount: int, quantity: int, at: int) -> Thing:
    total = unit_amount * quantity
    return {
        "id": new_id("li_"),
        "object": "item",
        "currency": "vnd",
        "description": name,
        "quantity": quantity,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "price": {
            "id": new_id("price_"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": at,
            "currency": "vnd",
            "livemode": False,
            "metadata": {},
            "type": "one_time",
            "product": new_id("prod_"),
            "unit_amount": unit_amount,
            "unit_amount_decimal": str(unit_amount),
            "recurring": None,
            "nickname": None,
        },
    }


def payment_intent(*, at: int, amount: int, **given: Any) -> Thing:
    id = new_id("pi_")
    return {
        "id": id,
        "object": "payment_intent",
        "created": at,
        "livemode": False,
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "currency": "vnd",
        "status": "requires_payment_method",
        "payment_method_types": ["card"],
        "payment_method": None,
        "latest_charge": None,
        "last_payment_error": None,
        "next_action": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "confirmation_method": "automatic",
        "customer": None,
        "client_secret": f"{id}_secret_{new_id('')}",
        "description": None,
        "metadata": {},
        "receipt_email": None,
        **given,
    }


def charge(*, at: int, intent: Thing, card: Thing, failure: Thing | None, email: str | None) -> Thing:
    paid = failure is None
    return {
        "id": new_id("ch_"),
        "object": "charge",
        "created": at,
        "livemode": False,
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "currency": "vnd",
        "captured": paid,
        "paid": paid,
        "refunded": False,
        "disputed": False,
        "status": "succeeded" if paid else "failed",
        "customer": None,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm_"),
        "billing_details": {"address": None, "email": email, "name": None, "phone": None},
        "description": intent["description"],
        "metadata": dict(intent["metadata"]),
        "failure_code": None if failure is None else failure["code"],
        "failure_message": None if failure is None else failure["message"],
        "balance_transaction": None,
        "receipt_url": None,
        "receipt_email": None,
        "payment_method_details": {"type": "card", "card": card},
    }


def card(*, number: str, month: int, year: int, three_d_secure: bool) -> Thing:
    brand = {"4": "visa", "5": "mastercard"}.get(number[0], "unknown")
    secure: Thing = {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"}
    return {
        "brand": brand,
        "country": "VN",
        "exp_month": month,
        "exp_year": year,
        "funding": "credit",
        "last4": number[-4:],
        "network": brand,
        "fingerprint": None,
        "wallet": None,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "three_d_secure": secure if three_d_secure else None,
    }


def refund(*, at: int, charge: Thing, amount: int, **given: Any) -> Thing:
    return {
        "id": new_id("re_"),
        "object": "refund",
        "created": at,
        "amount": amount,
        "currency": "vnd",
        "charge": charge["id"],
        "payment_intent": charge["payment_intent"],
        "status": "succeeded",
        "balance_transaction": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "transfer_reversal": None,
        "destination_details": {"type": "card", "card": {"type": "refund"}},
        **given,
    }


EVIDENCE = (  # what a shop may say in words
    "access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal",
    "customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "refund_policy_disclosure", "refund_refusal_explanation",
    "service_date", "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number",
    "uncategorized_text",
)  # fmt: skip
LONG = (  # of which a shop may say more
    "access_activity_log", "cancellation_policy_disclosure", "cancellation_rebuttal", "duplicate_charge_explanation",
    "product_description", "refund_policy_disclosure", "refund_refusal_explanation", "uncategorized_text",
)  # fmt: skip
FILES = (
    "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation", "receipt",
    "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file",
)  # fmt: skip


def dispute(*, at: int, charge: Thing, amount: int, reason: str, code: str, due_by: int, inquiry: bool) -> Thing:
    return {
        "id": new_id("du_"),
        "object": "dispute",
        "created": at,
        "livemode": False,
        "amount": amount,
        "currency": "vnd",
        "charge": charge["id"],
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
        "is_charge_refundable": inquiry,
        "metadata": {},
        "balance_transactions": [],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys((*EVIDENCE, *FILES)) | {"enhanced_evidence": {}},
        "evidence_details": {"due_by": due_by, "enhanced_eligibility": {}} | NOT_ANSWERED,
        "payment_method_details": {"type": "card", "card": _case(charge, code, inquiry)},
    }


NOT_ANSWERED = {"has_evidence": False, "past_due": False, "submission_count": 0}


def _case(charge: Thing, code: str, inquiry: bool) -> Thing:
    brand = charge["payment_method_details"]["card"]["brand"]
    kind = "inquiry" if inquiry else "chargeback"
    return {"brand": brand, "case_type": kind, "network": brand, "network_reason_code": code}


def balance_move(*, at: int, of: Thing, amount: int, fee: int) -> Thing:
    """What a dispute does to the shop's account at the company."""
    part = {"amount": fee, "application": None, "currency": "vnd", "description": "Dispute fee", "type": "stripe_fee"}
    return {
        "id": new_id("txn_"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": at,
        "balance_type": "payments",
        "created": at,
        "currency": "vnd",
        "description": f"Dispute of {of['charge']}",
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [part] if fee else [],
        "net": amount - fee,
        "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
        "source": of["id"],
        "status": "available",
        "type": "adjustment",
    }


def event(*, at: int, kind: str, thing: Thing, request: str | None, key: str | None) -> Thing:
    return {
        "id": new_id("evt_"),
        "object": "event",
        "created": at,
        "livemode": False,
        "type": kind,
        "api_version": API_VERSION,
        "pending_webhooks": 1,
        "data": {"object": thing},
        "request": {"id": request, "idempotency_key": key},
    }


def listed(things: list[Thing], *, url: str, limit: int = 10) -> Thing:
    return {"object": "list", "url": url, "has_more": len(things) > limit, "data": things[:limit]}
