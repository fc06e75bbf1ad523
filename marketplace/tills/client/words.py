"""What the till says, in Vietnamese or English."""

import os
from collections.abc import Mapping

SENTENCES = {
    # What happened
    "configured": ("Đã nối với {place}: {name}.", "Connected to {place}: {name}."),
    "carried": (
        "{count} giao dịch của máy trước ở cùng điểm bán chưa gửi được, nay sẽ gửi từ máy này.",
        "{count} events that the former till of this place never sent will be sent by this one.",
    ),
    "sale": ("Đã ghi bán #{number}.", "Sale #{number} is kept."),
    "return": ("Đã ghi khách trả #{number}.", "Return #{number} is kept."),
    "count": ("Đã ghi kiểm kê #{number}.", "Count #{number} is kept."),
    "line": ("  {quantity} × {title}  {price}", "  {quantity} × {title}  {price}"),
    "total": ("  Cộng: {money}", "  Total: {money}"),
    "in_step": ("Đã đồng bộ với cửa hàng.", "In step with the shop."),
    "unsettled": (
        "Cửa hàng đã nhận {count} giao dịch và sẽ ghi sổ trong chốc lát.",
        "The shop has received {count} events and will record them shortly.",
    ),
    "stopped": ("Đã dừng.", "Stopped."),
    # What to know while selling
    "adults": ("  Lưu ý: {title} chỉ bán cho người từ 18 tuổi.", "  Note: {title} is for people of 18 and above."),
    "not_for_sale": ("  Lưu ý: {title} không còn trong danh mục bán.", "  Note: {title} is no longer for sale."),
    "scarce": (
        "  Lưu ý: theo sổ chỉ còn bán được {left} × {title}; phần còn lại đã có người đặt hoặc chưa kiểm kê.",
        "  Note: by the books only {left} × {title} may be sold; the rest is promised or uncounted.",
    ),
    "no_price": ("chưa có giá", "no price"),
    # How things stand
    "who": ("{name}, {place} ({url})", "{name}, {place} ({url})"),
    "queued": ("Chờ gửi: {count}", "To be sent: {count}"),
    "waiting": ("Cửa hàng đã nhận, chưa ghi sổ: {count}", "Received by the shop, not recorded yet: {count}"),
    "recorded": ("Đã ghi sổ: {count}", "Recorded: {count}"),
    "elsewhere": ("Máy trước đã gửi: {count}", "Already sent by the former till: {count}"),
    "parked": ("Chờ người xem lại: {count}", "Waiting for a person to look: {count}"),
    "refused": ("Bị từ chối: {count}", "Refused: {count}"),
    "because": ("  #{number} {what}: {title}", "  #{number} {what}: {title}"),
    "what_sale": ("bán", "sale"),
    "what_return": ("khách trả", "return"),
    "what_count": ("kiểm kê", "count"),
    "stranded": (
        "{count} giao dịch của điểm bán khác chưa gửi và không thuộc máy này.",
        "{count} events of another place were never sent and are not this till's.",
    ),
    "unknown": (
        "Cửa hàng còn thiếu {count} số mà máy này không có; xin báo văn phòng.",
        "The shop lacks {count} numbers that are not on this machine; please tell the office.",
    ),
    "synced_at": ("Đồng bộ lần cuối: {when}", "Last in step: {when}"),
    "never": ("chưa lần nào", "never"),
    "no_prices": (
        "Chưa có bảng giá phù hợp. Lệnh sync tải bảng giá về.",
        "Nothing on the price list matches. The command sync fetches the list.",
    ),
    "price": ("{code:<14} {money:>14} {left:>7}  {title}", "{code:<14} {money:>14} {left:>7}  {title}"),
    # What went wrong
    "again_in": ("Chưa tới được cửa hàng ({reason}). Thử lại sau {seconds} giây.", "The shop cannot be reached ({reason}). Again in {seconds} s."),
    "offline": (
        "Không tới được cửa hàng ({reason}). {count} giao dịch được giữ trong máy này và sẽ gửi khi có mạng.",
        "The shop cannot be reached ({reason}). {count} events are kept on this machine and go when there is a line.",
    ),
    "token_ended": (
        "Cửa hàng không nhận mã truy cập của máy này nữa. Mọi giao dịch vẫn được giữ trong máy: xin văn phòng cấp mã mới rồi chạy lệnh configure.",
        "The shop no longer takes this till's token. All events stay on this machine: ask the office for a new token, then run configure.",
    ),
    "wrong_token": (
        "Cửa hàng không nhận mã truy cập này. Chưa thay đổi gì.",
        "The shop does not take this token. Nothing was changed.",
    ),
    "unreached": (
        "Không tới được cửa hàng ({reason}). Chưa thay đổi gì.",
        "The shop cannot be reached ({reason}). Nothing was changed.",
    ),
    "unsafe": (
        "Địa chỉ phải bắt đầu bằng https://, nếu không mã truy cập có thể bị đọc trộm.",
        "The address must begin with https://, or the token could be read on its way.",
    ),
    "unconfigured": (
        "Máy này chưa được nối với cửa hàng. Chạy: configure ĐỊA_CHỈ",
        "This till is not connected to a shop yet. Run: configure ADDRESS",
    ),
    "not_kept": (
        "CHƯA GHI ĐƯỢC vào đĩa của máy này ({reason}). Xin ghi ra giấy và báo văn phòng.",
        "NOT KEPT on this machine's disk ({reason}). Please write it down and tell the office.",
    ),
    "disk": ("Không dùng được đĩa của máy này: {reason}", "This machine's disk cannot be used: {reason}"),
    "wrong_clock": (
        "Ngày giờ của máy này sai ({when}). Xin chỉnh lại trước khi bán.",
        "This machine's date is wrong ({when}). Please set it before selling.",
    ),
    "unknown_code": (
        "Bảng giá không có mã “{word}”. Kiểm tra lại, hoặc thêm --anyway để vẫn ghi.",
        "The price list has no code “{word}”. Check it, or add --anyway to keep it all the same.",
    ),
    "not_a_line": (
        "Không hiểu “{word}”. Viết MÃ, MÃx2 hoặc MÃx2@LÔ.",
        "“{word}” cannot be read. Write CODE, CODEx2 or CODEx2@LOT.",
    ),
    "not_a_count": ("Không hiểu “{word}”. Viết MÃ=SỐ LƯỢNG.", "“{word}” cannot be read. Write CODE=QUANTITY."),
    "too_many_lines": ("Một giao dịch có tối đa {word} dòng.", "An event has {word} lines at most."),
    "usage": ("Không hiểu lệnh. Cách viết:", "The command cannot be read: {error}"),
    # Help
    "help": ("Máy bán hàng tại điểm OCOP, chạy được cả khi mất mạng.", "A till for OCOP sales points that also works offline."),
    "help_home": ("thư mục của máy (mặc định ~/.ocop-till)", "this till's folder (~/.ocop-till unless told)"),
    "help_language": ("vi hoặc en", "vi or en"),
    "help_configure": ("nối máy này với cửa hàng", "connect this till to the shop"),
    "help_token": ("mã truy cập; nếu không ghi, máy sẽ hỏi", "the token; asked for when not given"),
    "help_plain": ("chấp nhận http:// không mã hóa", "accept http:// without encryption"),
    "help_sale": ("ghi một lần bán", "keep a sale"),
    "help_return": ("ghi hàng khách trả", "keep a return"),
    "help_count": ("ghi số đếm được trên kệ", "keep what was counted on the shelf"),
    "help_sync": ("gửi, nhận kết quả và bảng giá", "send, and fetch answers and prices"),
    "help_forever": ("chạy mãi, cứ vài giây một lần", "go on for ever, every few seconds"),
    "help_every": ("số giây giữa hai lần", "seconds between two rounds"),
    "help_tries": ("số lần thử khi không tới được cửa hàng", "how often to try when the shop cannot be reached"),
    "help_status": ("tình trạng máy này", "how this till stands"),
    "help_prices": ("bảng giá; có thể tìm theo từ, không cần dấu", "the price list; words may be without accents"),
    "help_anyway": ("ghi cả khi mã không có trong bảng giá", "keep it although the code is not on the list"),
    "ask_token": ("Mã truy cập: ", "Token: "),
}  # fmt: skip


class Voice:
    """Says it in the reader's language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, key: str, **facts: object) -> str:
        return SENTENCES[key][self.language == "en"].format(**facts)

    def money(self, amount: int | None) -> str:
        """125000 is 125.000 ₫, or 125,000 ₫ in English."""
        if amount is None:
            return self.say("no_price")
        text = f"{amount:,}"
        return (text if self.language == "en" else text.replace(",", ".")) + " ₫"


def language_of(asked: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """As asked for, else as the machine speaks; Vietnamese unless it speaks English."""
    spoken = asked or environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or "vi"
    return "en" if spoken.lower().startswith("en") else "vi"
