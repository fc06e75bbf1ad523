"""The outbox: a notice is written in the transaction of the event it tells, and delivered later."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from .kinds import Group
from .ways import PHONE, Reach, Way


PHONES = [(way.value, way.label) for way in PHONE]


class NoticeQuerySet(models.QuerySet["Notice"]):
    def inbox_of(self, user) -> "NoticeQuerySet":
        """What the person finds in the own inbox, the newest first."""
        return self.filter(user=user, in_inbox=True).order_by("-pk")

    def unread(self) -> "NoticeQuerySet":
        return self.filter(in_inbox=True, read_at=None)


class Notice(models.Model):
    """One message to one person. `key` (kind, subject, occasion) makes it unique; `facts` fill its template.

    `about` names the order that a guest's wishes hang on; with an account the message stands in the person's inbox, too.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="notices")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=5, default="vi")
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())  # which makes PostgreSQL tell it, so that a new row is known
    about = models.CharField(max_length=40, blank=True, default="")
    in_inbox = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user"], condition=Q(in_inbox=True, read_at=None), name="notice_unread"),
            models.Index(fields=["user", "-id"], condition=Q(in_inbox=True), name="notice_inbox"),
            models.Index(fields=["email"], condition=~Q(email=""), name="notice_email"),
        ]
        constraints = [
            models.CheckConstraint(name="notice_read_in_inbox", condition=Q(read_at=None) | Q(in_inbox=True)),
        ]

    def __str__(self) -> str:
        return self.key

    def address(self, way: str) -> str:
        return self.email if way == Way.EMAIL else self.phone


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime) -> "DeliveryQuerySet":
        return self.filter(status__literally=Delivery.Status.WAITING, next_try_at__lte=at)

    def failed(self) -> "DeliveryQuerySet":
        return self.filter(status=Delivery.Status.FAILED)

    def tried_again(self) -> "DeliveryQuerySet":
        """What has failed before and waits for its next try."""
        tried = Attempt.objects.filter(delivery=models.OuterRef("pk"))
        return self.filter(models.Exists(tried), status__literally=Delivery.Status.WAITING)


class Delivery(models.Model):
    """A notice by one channel, until it is sent or finally fails."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Way.choices, default=Way.EMAIL)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], condition=Q(status="waiting"), name="delivery_due")]
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel} {self.status}"


class Attempt(models.Model):
    """One try to deliver, and what came of it."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    sent = models.BooleanField()
    answer = models.TextField(blank=True)
    final = models.BooleanField(default=False)  # that way said that trying again is of no use: the address is wrong

    class Meta:
        indexes = [models.Index(fields=["delivery"], condition=Q(final=True), name="attempt_final")]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at:%Y-%m-%d %H:%M} {self.sent}"


class Preference(models.Model):
    """How somebody wants to hear from the shop: a person with an account, or the buyer of one order.

    Of what happens to an order at least one way stays. Without quiet hours of their own the shop's apply.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="preference")
    about = models.CharField(max_length=40, null=True, unique=True)  # the order's number, as its notices carry it
    orders_email = models.BooleanField(default=True)
    orders_phone = models.CharField(max_length=10, choices=PHONES, blank=True, default=Way.ZNS)
    work_email = models.BooleanField(default=True)
    work_phone = models.CharField(max_length=10, choices=PHONES, blank=True, default="")
    quiet_from = models.TimeField(null=True, blank=True)  # empty: the shop's own
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="preference_of_one", condition=Q(user=None) ^ Q(about=None)),
            models.CheckConstraint(name="orders_are_heard_of", condition=Q(orders_email=True) | ~Q(orders_phone="")),
            models.CheckConstraint(name="quiet_begins_and_ends", condition=~(Q(quiet_from=None) ^ Q(quiet_until=None))),
            models.CheckConstraint(
                name="preference_by_phone",
                condition=Q(orders_phone__in=["", "zns", "sms"], work_phone__in=["", "zns", "sms"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.about}"

    def reach(self, group: str, *, email: str, phone: str) -> Reach:
        """These addresses, as far as they are liked for messages of that group."""
        work = group == Group.WORK
        return Reach(
            email=bool(email), phone=bool(phone), by_email=self.work_email if work else self.orders_email,
            by_phone=self.work_phone if work else self.orders_phone,
        )  # fmt: skip
