"""One login per role, for a shop that is being shown."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from marketplace.locations.models import Location
from marketplace.partner.models import Partner
from marketplace.people.models import User

PASSWORD = "cho-ocop-minh-hoa"
PRODUCER = "Công ty Cổ phần Palmania"
POINT = "long-xuyen"
MANAGER = "mai@example.vn"  # of that point


@dataclass(frozen=True)
class Login:
    role: object
    email: str
    last_name: str
    first_name: str


LOGINS = (
    Login(_("Shopper"), "lan@example.vn", "Nguyễn", "Lan"),
    Login(_("Producer"), "hung@example.vn", "Trần", "Hùng"),
    Login(_("Sales-point manager"), MANAGER, "Lê", "Mai"),
    Login(_("Office"), "tam@example.vn", "Phạm", "Tâm"),
)


def people() -> None:
    """Lan buys, Hùng produces, Mai runs a sales point, Tâm works at the office."""
    _lan, hung, mai, tam = [_person(login) for login in LOGINS]
    for partner in Partner.objects.filter(name=PRODUCER):
        partner.users.add(hung)
    Location.objects.get(slug=POINT).staff.add(mai)
    if not tam.is_staff:
        tam.is_staff = True
        tam.save(update_fields=["is_staff"])
    tam.groups.set(Group.objects.filter(name__in=["Editors", "Moderators"]))  # Wagtail's own


def _person(login: Login) -> User:
    found = User.objects.filter(email=login.email).first()
    names = {"first_name": login.first_name, "last_name": login.last_name}
    return found or User.objects.create_user(login.email, PASSWORD, **names)
