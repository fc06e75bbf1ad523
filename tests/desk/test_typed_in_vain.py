"""What was typed and cannot be done stands in its field again, below the reason why: nobody writes it twice."""

from typing import Any

import pytest
from django.test import Client

from tests.rows import changed, everything

from .conftest import World
from .test_points import post, said
from .test_settlement import fresh

WORDS = "Đã hỏi lại người bán"
Typed = tuple[str, int, dict[str, Any]]


def an_answer_with_a_wrong_amount(world: World, hung: Client) -> Typed:
    one = fresh(world)
    post(hung, "settlement-dispute", one.pk, reason="Thiếu 2 hũ")
    return "settlement-answer", one.pk, {"words": WORDS, "amount": "hai mươi"}


def more_pieces_than_there_are(world: World, _hung: Client) -> Typed:
    return "parcel-fewer", world.parcel.pk, {f"line-{world.parcel.lines.get().line_id}": 99, "reason": WORDS}


def no_pieces(world: World, _hung: Client) -> Typed:
    """The form is right, and the deed refuses."""
    return "parcel-fewer", world.parcel.pk, {"reason": WORDS}


def a_return_accepted_in_no_way(world: World, _hung: Client) -> Typed:
    return "return-accept", world.asked.pk, {"answer": WORDS}


@pytest.mark.parametrize(
    "case", [an_answer_with_a_wrong_amount, more_pieces_than_there_are, no_pieces, a_return_accepted_in_no_way]
)
def test_it_stands_there_again(case: Any, world: World, hung: Client, tam: Client) -> None:
    name, pk, typed = case(world, hung)
    before = everything()
    answer = post(tam, name, pk, **typed)
    assert said(answer) == ["error"] and changed(before) == set()
    assert WORDS in answer.content.decode() and all(str(value) in answer.content.decode() for value in typed.values())
