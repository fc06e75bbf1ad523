"""Which drawing in static/img/goods stands for a product that has no photograph yet."""

import re
from functools import lru_cache
from zlib import crc32

from marketplace.folding import fold

GENERIC = "dac-san"

# Read from top to bottom, the first match wins: what it is made into stands above what it is made from
# ("nước mắm" above "mắm", "rượu thốt nốt" above "thốt nốt"). Words are folded.
KINDS: tuple[tuple[str, str], ...] = (
    ("dac-san", r"qua tang|hop qua|set qua"),
    ("tranh-la", r"tranh"),
    ("sa-rong", r"sa rong|tho cam|khan (choang|ran)|xa rong|det"),
    ("non", r"^non\b|^mu\b"),
    ("dep", r"dep|guoc"),
    ("balo-co-bang", r"balo|ba lo|cap laptop"),
    ("tui-co-bang", r"\btui (xach|u )|tung\b(?! lo)|tui .*\bbang\b"),
    ("gio-co-bang", r"\bgio\b(?! lua)|\bsot (co )?bang|thung|luc binh|dan dat|chieu"),
    ("du-lich", r"du lich|homestay|diem tham quan"),
    ("muoi-tieu", r"muoi (tieu|ot|tom)"),
    ("tieu", r"\btieu\b"),
    ("tinh-dau", r"tinh dau|xa phong|dau goi|nuoc rua"),
    ("ruou-vang", r"(ruou )?\bvang\b"),
    ("ruou", r"\bruou\b|\bbia\b"),
    ("tra-tui-loc", r"\b(tra|che)\b.*tui loc"),
    ("tra", r"^(tra|che)\b"),
    ("mat-thot-not", r"nuoc mau|mat (nhuy )?(hoa )?thot not|si ro"),
    ("duong-bot", r"duong.*\bbot\b"),
    ("duong-hu", r"duong.*(\bhu\b|\bset\b|co dac)"),
    ("duong-thot-not", r"\bduong\b.*thot not|thot not.*\bduong\b"),
    ("mat-ong", r"mat ong|\bong mat\b"),
    ("nuoc-mam", r"nuoc mam"),
    ("tuong", r"^tuong\b|^chao\b"),
    ("mam", r"^mam\b"),
    ("ba-khia", r"ba khia"),
    ("lap-xuong", r"lap xuong|lap vit|tung lo mo|xuc xich"),
    ("nem-nuong", r"\bnem\b"),
    ("ca-kho", r"cha ca"),
    ("cha-ngu-sac", r"cha ngu sac"),
    ("cha-thit", r"cha (thu|bo|que)"),
    ("cha-lua", r"^(cha|gio)\b"),
    ("kho-ech", r"\bech\b"),
    ("de", r"^de\b"),
    ("kho-bo", r"kho (bo|trau|heo|ga|nai)|lo mo"),
    ("tom-kho", r"tom kho"),
    ("kho-ca", r"^kho\b"),
    ("tom", r"\btom\b(?! kho)(?<!lua tom)|\btep\b"),
    ("cua", r"\b(cua|ghe)\b"),
    ("vem", r"\bvem\b"),
    ("so", r"^(so|ngheu|oc|hau|nghieu)\b"),
    ("ca-na", r"ca na"),
    ("banh-trang", r"banh trang"),
    ("banh", r"\b(banh|keo|mut)\b"),
    ("gao-lut", r"\bgao (luc|lut|huyet rong)|gao .*\b(do|den)\b"),
    ("gao", r"\b(gao|nep|lua)\b"),
    ("ca-kho", r"^ca .*\b(kho|chien|sot|bach hoa)\b"),
    ("ca-tuoi", r"^ca\b(?! (phe|cao|rot|chua))"),
    ("kem", r"^kem\b"),
    ("nuoc-khoang", r"nuoc (khoang|uong|tinh khiet)"),
    ("dau-tam", r"dau tam"),
    ("nuoc-ep", r"nuoc (ep|cot|trai)|sinh to"),
    ("trai-cay-say", r"\bsay\b"),
    ("xoai", r"\bxoai\b"),
    ("mang-cau", r"mang cau|\bna\b"),
    ("nhan", r"\bnhan\b|chom chom|\bvai thieu\b"),
    ("trai-cay", r"trai cay|\b(buoi|cam|chuoi|sau rieng|mit|oi|coc|thanh long|thot not)\b"),
    ("duoc-lieu", r"\b(sam|nam|linh chi|cu nghe|thao duoc|dinh lang)\b(?! my)"),
)
# What a whole product group looks like when its name says nothing.
GROUPS = {"II": "nuoc-ep", "III": "duoc-lieu", "IV": "gio-co-bang", "V": "trai-cay", "VI": "du-lich"}

# Kinds of which the shop has many: the same drawing on three grounds, so that a row of fish sauces is no wallpaper.
MANY = frozenset(
    {
        "nuoc-mam", "mam", "gao", "kho-ca", "ruou", "duong-hu", "tui-co-bang", "gio-co-bang", "tra", "tuong", "tieu",
        "tra-tui-loc",
    }
)  # fmt: skip
GROUNDS = 3

_PATTERNS = tuple((stem, re.compile(pattern)) for stem, pattern in KINDS)


@lru_cache(maxsize=4096)
def illustration_for(title: str, group_code: str = "") -> str:
    """The file's stem of the drawing for this product: its kind, and for a common kind its ground."""
    stem = kind_of(title, group_code)
    ground = crc32(fold(title).encode()) % GROUNDS + 1
    return f"{stem}-{ground}" if stem in MANY and ground > 1 else stem


def kind_of(title: str, group_code: str = "") -> str:
    """What kind of product a name tells; its group where the name says nothing."""
    words = fold(title)
    for stem, pattern in _PATTERNS:
        if pattern.search(words):
            return stem
    return GROUPS.get(re.split(r"[ .]", group_code)[0].upper(), GENERIC)
