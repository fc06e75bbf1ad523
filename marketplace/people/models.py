from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from oscar.apps.customer.abstract_models import AbstractUser


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None = None, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=(email or "").lower() or None, **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person: signs in with an e-mail address or a phone number (E.164)."""

    email = models.EmailField(_("E-mail"), null=True, blank=True, unique=True)
    phone = models.CharField(_("Phone"), max_length=16, null=True, blank=True, unique=True)
    language = models.CharField(_("Language"), max_length=5, default="vi")

    objects = UserManager()

    class Meta(AbstractUser.Meta):
        abstract = False
        db_table = "people_user"
        constraints = [
            models.CheckConstraint(
                name="user_has_email_or_phone",
                condition=models.Q(email__isnull=False) | models.Q(phone__isnull=False),
            ),
            models.UniqueConstraint(Lower("email"), name="user_email_whatever_case"),
        ]

    def get_full_name(self) -> str:
        """Vietnamese order: family name first."""
        return f"{self.last_name} {self.first_name}".strip() or self.email or self.phone or ""

    def __str__(self) -> str:
        return self.get_full_name()


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class Consent(models.Model):
    """One yes to one purpose, in the words that were shown (Law 91/2025/QH15: consent per purpose, to be withdrawn)."""

    class Purpose(models.TextChoices):
        ORDERS = "orders", _("My data serve to carry out my orders and to tell me how they go")
        NEWS = "news", _("News of products and of the market may be sent to me")

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    words = models.TextField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"], condition=models.Q(withdrawn_at__isnull=True), name="one_standing_consent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.purpose}"
