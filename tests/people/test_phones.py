"""A telephone number is stored one way, however it was typed."""

import pytest

from marketplace.people.phones import WrongPhone, normal, spoken


@pytest.mark.parametrize(
    "written",
    ["0912345678", "0912 345 678", "0912.345.678", "(091) 234-5678", "+84 912 345 678", "84912345678", "0084912345678"],
)
def test_a_mobile_number_however_written(written: str) -> None:
    assert normal(written) == "+84912345678"


def test_a_landline_of_an_giang() -> None:
    assert normal("0296 3852 222") == "+842963852222"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        "không có",
        "12345",
        "0912 345 67",
        "0912 345 6789",
        "01681234567",  # Eleven digits: given up in 2018.
        "+1 650 253 0000",
        "0912345678 ext 5",
        "0000000000",
    ],
)
def test_what_cannot_be_called_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(WrongPhone) as refusal:
        normal(written)
    assert "0912 345 678" in str(refusal.value)
    assert refusal.value.code == "wrong_phone"


@pytest.mark.parametrize(("stored", "read"), [("+84912345678", "0912 345 678"), ("+842963852222", "0296 3852 222")])
def test_it_is_read_out_in_the_home_form(stored: str, read: str) -> None:
    assert spoken(stored) == read
    assert normal(read) == stored
