"""Somebody with a browser, for tests that walk through addresses inside one transaction that is never committed."""

from typing import Any

from django.test import Client, TestCase

from . import people


class Visitor(Client):
    """What waits for a commit happens after each request, as it would behind a server. `person` signs in first."""

    def __init__(self, person: Any = None, **options: Any) -> None:
        super().__init__(**options)
        if person:
            answer = self.post("/accounts/sign-in/", {"username": person.phone, "password": people.PASSWORD})
            assert answer.status_code == 302, answer.context["form"].errors

    def request(self, **request: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)

    def read(self, address: str, *args: Any) -> str:
        """The page's text; it is there."""
        answer = self.get(address, *args)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()
