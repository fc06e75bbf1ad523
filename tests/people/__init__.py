"""The five people of every story. Lan buys, Hùng produces, Mai runs a sales point, Tâm works at the office, Khoa is a stranger."""

from marketplace.people.models import User

PASSWORD = "mot-mat-khau-dai"


def _person(first_name: str, phone: str, **fields: object) -> User:
    email = f"{phone[-4:]}@example.vn"
    found = User.objects.filter(phone=phone).first()
    return found or User.objects.create_user(email, PASSWORD, first_name=first_name, phone=phone, **fields)


def lan() -> User:
    return _person("Lan", "+84912000001", last_name="Nguyễn")


def hung() -> User:
    return _person("Hùng", "+84912000002", last_name="Trần")


def mai() -> User:
    return _person("Mai", "+84912000003", last_name="Lê")


def tam() -> User:
    return _person("Tâm", "+84912000004", last_name="Phạm", is_staff=True)


def khoa() -> User:
    return _person("Khoa", "+84912000005", last_name="Võ")
