"""The text of a VietQR code: written for a transfer, and read back strictly. Touches no database.

Each field is a two-digit tag, a two-digit length and its value; some values are such fields again. The last is a checksum over
all before it. The checksum alone says little: a code whose inner lengths are wrong may carry a right one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SERVICE = "A000000727"  # NAPAS
TO_ACCOUNT, TO_CARD = "QRIBFTTA", "QRIBFTTC"
DONG, VIETNAM = "704", "VN"
LONGEST_ACCOUNT, LONGEST_PURPOSE, LONGEST_AMOUNT = 19, 25, 13


class Malformed(ValueError):
    """It is no VietQR code, or none that may be trusted."""


@dataclass(frozen=True)
class Transfer:
    """Where the money goes, and with which words. Without an amount the payer types it."""

    bin: str
    account: str
    amount: int | None = None
    purpose: str = ""
    service: str = TO_ACCOUNT
    reusable: bool = False


def payload(transfer: Transfer) -> str:
    """The text that a bank's app reads out of the code."""
    _check(transfer)
    to = _field("00", transfer.bin) + _field("01", transfer.account)
    parts = [
        ("00", "01"), ("01", "11" if transfer.reusable else "12"),
        ("38", _field("00", SERVICE) + _field("01", to) + _field("02", transfer.service)),
        ("53", DONG), ("54", "" if transfer.amount is None else str(transfer.amount)), ("58", VIETNAM),
        ("62", _field("08", transfer.purpose)),
    ]  # fmt: skip
    written = "".join(_field(tag, value) for tag, value in parts) + "6304"
    return written + checksum(written)


def read(text: str) -> Transfer:
    """What a code says, or `Malformed`."""
    if not text.isascii() or text[-8:-4] != "6304" or checksum(text[:-4]) != text[-4:]:
        raise Malformed("the checksum is wrong")
    root = _fields(text)
    if root.get("00") != "01" or root.get("53") != DONG or root.get("58") != VIETNAM:
        raise Malformed("it is no transfer of đồng in Vietnam")
    account = _fields(root.get("38", ""))
    if account.get("00") != SERVICE or root.get("01") not in ("11", "12"):
        raise Malformed("it is none of NAPAS")
    to, amount = _fields(account.get("01", "")), root.get("54", "")
    if amount and not re.fullmatch(r"[1-9]\d{0,12}", amount):
        raise Malformed("the amount is no whole number of đồng")
    found = Transfer(
        bin=to.get("00", ""), account=to.get("01", ""), amount=int(amount) if amount else None,
        purpose=_fields(root.get("62", "")).get("08", ""), service=account.get("02", ""),
        reusable=root["01"] == "11",
    )  # fmt: skip
    _check(found)
    return found


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, begins with 0xFFFF, nothing reflected; four upper-case digits."""
    crc = 0xFFFF
    for byte in text.encode("ascii"):
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def _check(transfer: Transfer) -> None:
    if not re.fullmatch(r"\d{6}", transfer.bin):
        raise Malformed("a bank's number has six digits")
    if not re.fullmatch(rf"[0-9A-Za-z]{{1,{LONGEST_ACCOUNT}}}", transfer.account):
        raise Malformed("an account has at most 19 digits and letters")
    if transfer.amount is not None and not 0 < transfer.amount < 10**LONGEST_AMOUNT:
        raise Malformed("the amount does not fit")
    if not re.fullmatch(rf"[ -~]{{0,{LONGEST_PURPOSE}}}", transfer.purpose):
        raise Malformed("the words must be short and without marks")
    if transfer.service not in (TO_ACCOUNT, TO_CARD):
        raise Malformed("the service is unknown")


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}" if value else ""


def _fields(text: str) -> dict[str, str]:
    found = dict(_parts(text))
    if sum(len(value) + 4 for value in found.values()) != len(text):
        raise Malformed("a field stands twice")
    return found


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Tags and values, which must end exactly where the text ends."""
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if not re.fullmatch(r"[0-9]{4}", head):
            raise Malformed("a field does not begin with its tag and length")
        end = at + 4 + int(head[2:])
        if end > len(text) or end == at + 4:
            raise Malformed("a field is longer than what is left")
        yield head[:2], text[at + 4 : end]
        at = end
