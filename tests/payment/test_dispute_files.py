"""Files for the bank: sent up once, named in the answer, kept as they were sent; one that is refused is said by its name."""

import hashlib
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pypdf import PdfReader

from marketplace.checkout import actions
from marketplace.journal.models import Entry
from marketplace.payment.disputes.actions import (
    MOST_OF_OFFICE,
    FileRefused,
    FilesChanged,
    FilesTooLarge,
    FileTwice,
    NotToAnswer,
    drop_file,
)
from marketplace.payment.disputes.queries import files
from marketplace.payment.gateways import GatewayRefused
from marketplace.payment.gateways import disputes as gateway
from marketplace.payment.models import Dispute, DisputeFile
from marketplace.payment.standin import Standin
from marketplace.payment.standin.payments import ASKED_ABOUT
from tests import disputes, people
from tests.checkout.rules import broken
from tests.payment.test_disputes import decided, disputed
from tests.payment.test_refunds import news
from tests.rows import changed, everything

from .conftest import SECRET

pytestmark = pytest.mark.django_db
NOTE = b"%PDF-1.7 carried to the door"


@pytest.fixture
def now(settings: Any) -> datetime:
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    people.tam()
    return timezone.now()


@pytest.fixture
def dispute(standin: Standin, now: datetime) -> Dispute:
    return disputed(standin, now)


def answer(dispute: Dispute, at: datetime, words: str = "She has it.") -> None:
    actions.answer_dispute(dispute=dispute, words=words, by=people.tam(), at=at)


def up(standin: Standin) -> list[Any]:
    return standin.world.all("file")


def test_our_papers_and_the_office_files_go_in_the_fields_meant_for_them(
    standin: Standin, now: datetime, dispute: Dispute
) -> None:
    disputes.file(dispute, "shipping_documentation", NOTE)
    answer(dispute, now)
    dispute.refresh_from_db()
    there = standin.world.things[dispute.reference]["evidence"]
    sent = {one.kind: one for one in files(dispute)}
    assert set(sent) == {"uncategorized_file", "receipt", "shipping_documentation"}
    for kind, one in sent.items():
        assert there[kind] == one.reference == dispute.evidence[kind]
        kept = one.content()
        assert hashlib.sha256(kept).hexdigest() == one.digest and len(kept) == one.size
        told = next(call for call in standin.calls if call.path == "/v1/files" and call.body["id"] == one.reference)
        assert one.digest in told.text and told.body["purpose"] == "dispute_evidence"
    assert sent["shipping_documentation"].content() == NOTE and broken(now) == []


def test_the_paper_is_in_english_with_the_words_of_this_answer(now: datetime, dispute: Dispute) -> None:
    answer(dispute, now, "Her sister collected it.")
    dispute.refresh_from_db()
    paper = next(one for one in files(dispute) if one.kind == "uncategorized_file")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.content())).pages)
    assert "Her sister collected it." in text and "The order" in text


def test_a_file_whose_answer_is_lost_is_there_once(standin: Standin, now: datetime, dispute: Dispute) -> None:
    standin.switch(drop_next=3)
    with pytest.raises(actions.NoAnswer):
        answer(dispute, now)
    assert len(up(standin)) == 1 and not standin.world.things[dispute.reference]["evidence_details"]["submission_count"]
    answer(dispute, now)
    assert len(up(standin)) == 2
    assert standin.world.things[dispute.reference]["evidence_details"]["submission_count"] == 1


def test_other_words_take_another_paper_and_the_old_one_is_put_aside(
    standin: Standin, now: datetime, dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unheard(*_: Any) -> Any:
        raise gateway_error

    gateway_error = actions.disputing.GatewayError("no answer")
    monkeypatch.setattr(gateway, "submit_evidence", unheard)
    with pytest.raises(actions.NoAnswer):
        answer(dispute, now, "first")
    monkeypatch.undo()
    answer(dispute, now, "second")
    assert DisputeFile.objects.filter(aside=True).count() == 2 and len(up(standin)) == 4
    dispute.refresh_from_db()
    assert [one.aside for one in files(dispute)] == [False, False] and broken(now) == []


def test_what_the_company_refuses_is_said_by_name_and_may_be_replaced(
    standin: Standin, now: datetime, dispute: Dispute
) -> None:
    damaged = disputes.file(dispute, "customer_signature", b"no picture at all")
    with pytest.raises(FileRefused, match=r"Phiếu giao\.pdf"):
        answer(dispute, now)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.submitted_at) == ("needs_response", None)
    drop_file(file=damaged, by=people.tam(), at=now)
    answer(dispute, now)
    dispute.refresh_from_db()
    assert dispute.state == "under_review" and "customer_signature" not in dispute.evidence
    assert len(up(standin)) == 2 and broken(now) == []


def test_one_of_each_kind(now: datetime, dispute: Dispute) -> None:
    disputes.file(dispute)
    before = everything()
    with pytest.raises(FileTwice):
        disputes.file(dispute)
    assert changed(before) == set()


def test_all_together_no_more_than_the_company_takes(standin: Standin, now: datetime, dispute: Dispute) -> None:
    disputes.file(dispute, "customer_communication", NOTE + bytes(MOST_OF_OFFICE - 1000 - len(NOTE)))
    before = everything()
    with pytest.raises(FilesTooLarge):
        disputes.file(dispute, "shipping_documentation", NOTE + bytes(1001))
    assert changed(before) == set()
    answer(dispute, now)
    assert sum(one["size"] for one in up(standin)) < gateway.MOST_BYTES


def test_a_file_taken_away_is_gone_and_may_come_again(standin: Standin, now: datetime, dispute: Dispute) -> None:
    one = disputes.file(dispute)
    drop_file(file=one, by=people.tam(), at=now)
    assert not DisputeFile.objects.exists()
    assert [entry.action for entry in Entry.objects.filter(action__startswith="dispute.file").order_by("pk")] == [
        "dispute.file_added", "dispute.file_dropped",
    ]  # fmt: skip
    answer(dispute, now)
    assert (
        "shipping_documentation" not in standin.world.things[dispute.reference]["evidence"]
        or not (standin.world.things[dispute.reference]["evidence"]["shipping_documentation"])
    )


def test_a_file_taken_away_while_the_answer_goes_up_stops_it(
    standin: Standin, now: datetime, dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody sends what a colleague did not want sent, and no answer names a file that is not here."""
    one, send = disputes.file(dispute), gateway.send_file

    def meanwhile(name: str, content: bytes, key: str) -> str:
        reference = send(name, content, key)
        if name.startswith(one.kind):
            drop_file(file=one, by=people.tam(), at=now)
        return reference

    with monkeypatch.context() as slow:
        slow.setattr(gateway, "send_file", meanwhile)
        with pytest.raises(FilesChanged):
            answer(dispute, now)
    dispute.refresh_from_db()
    assert (
        dispute.submitted_at is None and not standin.world.things[dispute.reference]["evidence_details"]["has_evidence"]
    )
    answer(dispute, now)
    evidence = standin.world.things[dispute.reference]["evidence"]
    assert not evidence.get(one.kind) and evidence[DisputeFile.MADE[0]]
    assert broken(now) == []


@pytest.mark.django_db(transaction=True)
def test_what_never_left_is_not_kept(standin: Standin, now: datetime, dispute: Dispute) -> None:
    one = disputes.file(dispute)
    drop_file(file=one, by=people.tam(), at=now)
    assert not default_storage.exists(one.file.name)


def test_answered_nothing_is_added_or_taken_away(now: datetime, dispute: Dispute) -> None:
    one = disputes.file(dispute)
    answer(dispute, now)
    before = everything()
    for deed in (lambda: disputes.file(dispute, "customer_signature"), lambda: drop_file(file=one, by=None, at=now)):
        with pytest.raises(NotToAnswer):
            deed()
    assert changed(before) == set()
    assert one.content() and files(Dispute.objects.get())


def test_too_late_for_a_file(now: datetime, dispute: Dispute) -> None:
    one = disputes.file(dispute)
    with pytest.raises(NotToAnswer):
        drop_file(file=one, by=people.tam(), at=now + timedelta(days=10))


@pytest.mark.usefixtures("dispute")
def test_what_the_bank_has_is_what_the_company_says(standin: Standin, now: datetime) -> None:
    """Somebody answered at the company's own pages."""
    dispute = Dispute.objects.get()
    gateway.submit_evidence(dispute.reference, {"uncategorized_text": "typed there"})
    news(standin, now)
    dispute.refresh_from_db()
    assert dispute.evidence == {"uncategorized_text": "typed there"} and files(dispute) == [] and broken(now) == []


def test_a_key_names_one_content(dispute: Dispute) -> None:
    assert gateway.send_file("a.pdf", NOTE, "one") == gateway.send_file("a.pdf", NOTE, "one")
    with pytest.raises(GatewayRefused):
        gateway.send_file("a.pdf", NOTE + b"!", "one")


def test_files_go_to_the_companys_host_for_files(settings: Any) -> None:
    from marketplace.payment.gateways.stripe import client

    settings.STRIPE_API_BASE = "https://api.stripe.com"
    there: Any = client()._requestor._options.base_addresses
    assert (there["api"], there["files"]) == ("https://api.stripe.com", "https://files.stripe.com")


def test_a_question_that_becomes_a_dispute_is_answered_with_the_files_of_then(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now, ASKED_ABOUT)
    old = disputes.file(dispute, "shipping_documentation", NOTE)
    answer(dispute, now, "She has it.")
    decided(standin, dispute, now, won=False)
    assert dispute.may_be_answered(now) and not dispute.is_answered
    drop_file(file=DisputeFile.objects.get(pk=old.pk), by=people.tam(), at=now)
    new = disputes.file(dispute, "shipping_documentation", NOTE + b", signed")
    answer(dispute, now, "She has signed for it.")
    dispute.refresh_from_db()
    sent = {one.kind: one for one in files(dispute)}
    assert dispute.is_answered and set(sent) == {"uncategorized_file", "receipt", "shipping_documentation"}
    assert sent["shipping_documentation"].pk == new.pk
    there = standin.world.things[dispute.reference]["evidence"]
    assert {kind: one.reference for kind, one in sent.items()} == {kind: there[kind] for kind in sent}
