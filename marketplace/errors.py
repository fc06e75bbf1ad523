"""The base of every "no" that a person may read."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """An action said no and changed nothing. `str()` is a sentence in the reader's language.

    Subclasses stand beside the action that raises them and give `sentence` (a lazy translation with
    `%(name)s` places, filled from the keyword arguments) and `code` (stable, for machines).
    """

    sentence: Any = _("This could not be done.")
    code = "refused"

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        return str(self.sentence) % self.facts if self.facts else str(self.sentence)
