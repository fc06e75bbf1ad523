"""The pages a payer sees. Vietnamese first, English beside it; every page says that no money moves."""

from __future__ import annotations

from dataclasses import fields
from html import escape

from .objects import Thing
from .payments import ASKED_ABOUT, DECLINED, DISPUTED, GOOD, NOT_RECEIVED, THREE_D_SECURE
from .world import Switches, World

PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="/standin.css">
</head>
<body>
<p class="notice" role="note"><strong>Trang thanh toán thử: không có tiền nào được chuyển.</strong>
<span lang="en">Demonstration payment page: no money moves. Never type the number of a real card.</span></p>
<main>{body}</main>
</body>
</html>
"""

# What a refusal says in Vietnamese, by its decline code; the English is the bank's own.
REASONS = {
    "generic_decline": "Ngân hàng từ chối thẻ này.",
    "insufficient_funds": "Thẻ không đủ tiền.",
    "expired_card": "Thẻ đã hết hạn.",
    "incorrect_cvc": "Mã bảo mật của thẻ không đúng.",
    "test_mode_live_card": "Ở đây chỉ nhận thẻ thử: đừng bao giờ nhập số thẻ thật.",
    "authentication_required": "Ngân hàng không xác nhận được chủ thẻ. Hãy thử lại hoặc dùng thẻ khác.",
    "incomplete": "Hãy nhập số thẻ, ngày hết hạn (MM/YY) và mã bảo mật.",
}
CARDS = (
    (GOOD, "được thanh toán", "pays"),
    (DECLINED, "bị từ chối", "is declined"),
    (THREE_D_SECURE, "hỏi xác nhận của ngân hàng", "asks for the bank's confirmation"),
    (DISPUTED, "được thanh toán, rồi bị khiếu nại là gian lận", "pays, then is disputed as fraud"),
    (
        NOT_RECEIVED,
        "được thanh toán, rồi bị khiếu nại là không nhận được hàng",
        "pays, then is disputed as not received",
    ),
    (ASKED_ABOUT, "được thanh toán, rồi ngân hàng hỏi lại", "pays, then the bank asks about it"),
)
SWITCHES = {
    "webhook_delay": ("Báo tin chậm (giây)", "Webhooks late, seconds"),
    "webhook_repeat": ("Báo tin lặp lại (lần)", "Each webhook so many times"),
    "webhook_disorder": ("Báo tin đảo thứ tự", "Webhooks in reverse order"),
    "webhook_drop": ("Không báo tin", "No webhooks at all"),
    "slow_seconds": ("API chậm (giây)", "Slow API, seconds"),
    "fail_next": ("Số lần gọi API tiếp theo bị lỗi 500", "Next API calls answered 500"),
    "drop_next": ("Số lần gọi API tiếp theo bị ngắt", "Next API calls cut off"),
    "pay_late": ("Cho trả tiền sau khi hết hạn", "Can be paid after expiry"),
    "refund_fail": ("Hoàn tiền được nhận rồi mới thất bại", "Refunds are taken on and fail later"),
    "clock_ahead": ("Đồng hồ chạy trước (giây)", "Clock ahead, seconds"),
}


def both(vietnamese: str, english: str) -> str:
    return f'{escape(vietnamese)} <span lang="en">{escape(english)}</span>'


def dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + "\u00a0₫"


def spaced(number: str) -> str:
    return " ".join(number[n : n + 4] for n in range(0, len(number), 4))


def whole(title: str, body: str) -> str:
    return PAGE.format(title=escape(title), body=body)


def pay(world: World, session: Thing, *, merchant: str, problem: tuple[str, str] | None) -> str:
    """Amount and lines on one side, the card on the other."""
    action = f"/pay/{session['id']}"
    body = ""
    if problem:
        code, english = problem
        body = f'<p class="problem" role="alert">{both(REASONS.get(code, code), english)}</p>'
    body += f'<div class="two">{_summary(world, session, merchant)}<div>'
    body += _form(session, action) + _cards() + _panel(world.switches, action) + "</div></div>"
    return whole(f"Thanh toán {dong(session['amount_total'])} · {merchant}", body)


def _summary(world: World, session: Thing, merchant: str) -> str:
    rows = "".join(
        f"<li><span>{escape(line['description'])}"
        f"<small>{line['quantity']} × {dong(line['price']['unit_amount'])}</small></span>"
        f"<b>{dong(line['amount_total'])}</b></li>"
        for line in world.lines[session["id"]]
    )
    reference = session["client_reference_id"]
    shown = f'<p class="quiet">{both("Mã đơn hàng", "Order")}: {escape(reference)}</p>'
    return (
        f'<section class="summary"><p class="quiet">{escape(merchant)}</p>'
        f"<h1>{dong(session['amount_total'])}</h1>{shown if reference else ''}"
        f"<ul>{rows}</ul></section>"
    )


def _form(session: Thing, action: str) -> str:
    email, cancel = session["customer_email"], session["cancel_url"]
    shown = f'<p class="quiet">E-mail: {escape(email)}</p>' if email else ""
    back = f'<a class="back" href="{escape(cancel or "")}">{both("Hủy và quay lại cửa hàng", "Cancel")}</a>'
    return f"""<form method="post" action="{action}">
<h2>{both("Thẻ", "Card")}</h2>{shown}
<label>{both("Số thẻ", "Card number")}
<input name="card_number" inputmode="numeric" autocomplete="off" required value="{spaced(GOOD)}"></label>
<div class="pair"><label>{both("Hết hạn", "Expiry")}
<input name="expiry" inputmode="numeric" autocomplete="off" required placeholder="MM/YY" value="12/40"></label>
<label>{both("Mã bảo mật", "CVC")}
<input name="cvc" inputmode="numeric" autocomplete="off" required value="123"></label></div>
<button>{both(f"Thanh toán {dong(session['amount_total'])}", "Pay")}</button>
{back if cancel else ""}
</form>"""


def _cards() -> str:
    rows = "".join(
        f"<li><code>{spaced(number)}</code> <span>{both(vietnamese, english)}</span></li>"
        for number, vietnamese, english in CARDS
    )
    return f'<section class="cards"><h2>{both("Thẻ thử", "Test cards")}</h2><ul>{rows}</ul></section>'


def _panel(switches: Switches, action: str) -> str:
    """The troubles a payment company can give, for whoever shows or tries the shop."""
    rows = ""
    for field in fields(switches):
        value, label = getattr(switches, field.name), both(*SWITCHES[field.name])
        if isinstance(value, bool):
            checked = " checked" if value else ""
            rows += f'<label class="tick"><input type="checkbox" name="{field.name}"{checked}> {label}</label>'
        else:
            kind = "any" if isinstance(field.default, float) or field.name.endswith(("delay", "seconds")) else "1"
            rows += (
                f'<label>{label}<input type="number" min="0" step="{kind}" '
                f'name="{field.name}" value="{value:g}"></label>'
            )
    return (
        f"<details><summary>{both('Thử sự cố', 'Try out troubles')}</summary>"
        f'<form method="post" action="{action}/switches">{rows}'
        f'<button class="second">{both("Áp dụng", "Apply")}</button></form></details>'
    )


def bank(session: Thing) -> str:
    action = f"/pay/{session['id']}/bank"
    return whole(
        "Xác nhận của ngân hàng",
        f"""<section class="narrow">
<h1>{both("Ngân hàng (bản thử) hỏi", "The demonstration bank asks")}</h1>
<p>{both("Bạn có xác nhận khoản thanh toán này không?", "Do you confirm this payment?")}</p>
<p class="amount">{dong(session["amount_total"])}</p>
<form method="post" action="{action}">
<button name="answer" value="confirm">{both("Xác nhận", "Confirm")}</button>
<button name="answer" value="fail" class="second">{both("Từ chối", "Fail")}</button>
</form></section>""",
    )


def closed(session: Thing, *, success_url: str) -> str:
    """The session was paid before, or its time is over."""
    if session["status"] == "complete":
        title = ("Đơn này đã thanh toán", "This order is paid already")
        link = (success_url, "Về cửa hàng", "Back to the shop")
    else:
        title = ("Phiên thanh toán đã hết hạn", "This payment session has expired")
        link = (session["cancel_url"], "Về cửa hàng", "Back to the shop")
    anchor = f'<a class="button" href="{escape(link[0])}">{both(*link[1:])}</a>' if link[0] else ""
    return whole(title[0], f'<section class="narrow"><h1>{both(*title)}</h1>{anchor}</section>')


def unknown() -> str:
    title = ("Không có trang này", "There is no such page")
    return whole(title[0], f'<section class="narrow"><h1>{both(*title)}</h1></section>')
