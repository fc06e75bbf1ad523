import pytest

from marketplace.search.spelling import condition, fits, spelled, words


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Đường thốt nốt", ["d9u7o7ng2", "tho6t1", "no6t1"]),
        ("Mắm", ["ma8m1"]),
        ("Rượu gạo 500 ml", ["ru7o7u5", "gao5", "500", "ml"]),
    ],
)
def test_marks_become_digits(text: str, spelling: list[str]) -> None:
    assert spelled(text) == spelling


def test_the_seat_of_the_tone_makes_no_difference() -> None:
    assert spelled("Hòa thúy") == spelled("Hoà thuý")


def test_words_lose_their_marks_and_everything_else() -> None:
    assert words("Đường “thốt nốt” (hũ) & | ! :* ''") == ["duong", "thot", "not", "hu"]


def test_the_last_word_may_be_unfinished() -> None:
    assert condition(["duong", "th"]) == "duong & th:*"
    assert condition(["d9u7o7ng2", "th"], "D") == "d9u7o7ng2:D & th:*D"


def test_words_at_hand_fit_as_those_in_the_index_do() -> None:
    assert fits(["qua", "mat", "o"], ["hop", "qua", "mat", "ong"])
    for terms in ([], ["ong", "q", "mat"], ["m", "qua"], ["ngo"]):
        assert not fits(terms, ["hop", "qua", "mat", "ong"])
