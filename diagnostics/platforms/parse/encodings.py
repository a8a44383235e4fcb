"""Text of tools that write in whatever code page their computer has.

Marks and shapes decide first (byte order marks, NULs of UTF-16, valid UTF-8). What is left was
written in a code page: the one that is known, or the one in which the text reads most like text.
"""

from __future__ import annotations

import codecs
import unicodedata

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: OEM code pages of Windows first, then ANSI ones; of equal ones the earlier is taken.
_MULTI_BYTE = ("cp932", "cp936", "cp949", "cp950")
_SINGLE_BYTE = ("cp850", "cp866", "cp852", "cp857", "cp737", "cp862", "cp720", "cp775", "cp437")
_ANSI = ("cp1252", "cp1251", "cp1250", "cp1254", "cp1253", "cp1255", "cp1256", "cp874", "cp1258")
#: Signs that Windows' own words in each of the large alphabets are full of.
_COMMON = {
    "cp932": "のるいしはスインルトネワークされてまん無線信号種類認証暗接続表示名状態速度受送",
    "cp936": "的无线信号网络类型身份验证加密接口名称状态频道速率已连接断开个当前可见描述物理地址",
    "cp949": "의무선신호네트워크종류인증암호이름상태채널속도연결됨표시있습니다현재인터페이스물리",
    "cp950": "的無線訊號網路類型驗證加密介面名稱狀態頻道速率已連線中斷個目前可見描述實體位址",
}


def decoded(data: bytes, code_page: str = "") -> str:
    """Never fails; bytes that are in no code page become replacement characters."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").removeprefix("\ufeff")
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(data) - 3 and error.reason == "unexpected end of data":
            return data.decode("utf-8", "ignore")  # cut off within the last sign
    if code_page:
        try:
            return data.decode(code_page, "replace")
        except LookupError:
            pass
    return data.decode(likeliest_code_page(data), "replace")


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: every other byte of English text is NUL."""
    head = data[:4000]
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.1 else ""


def likeliest_code_page(data: bytes) -> str:
    """By how much the bytes above 127 look like words."""
    lines = [line for line in data.split(b"\n") if any(byte > 127 for byte in line)]
    sample = b"\n".join(lines)[:8000]
    candidates = (*_MULTI_BYTE, *_SINGLE_BYTE, *_ANSI)
    return max(candidates, key=lambda page: (_score(sample, page), -candidates.index(page)))


def _score(sample: bytes, page: str) -> float:
    text = sample.decode(page, "replace")
    foreign = [sign for sign in text if ord(sign) > 127]
    if not foreign:
        return 0.0
    if page in _COMMON:
        known = sum(sign in _COMMON[page] or "\u3041" <= sign <= "\u30fe" for sign in foreign)
        broken = text.count("\N{REPLACEMENT CHARACTER}")
        share = (known - 3 * broken) / len(foreign)
        return share + 1 if share > 0.4 else share
    return sum(_reads(text, at) for at, sign in enumerate(text) if ord(sign) > 127) / len(foreign)


#: Letters that are the same thing as an earlier page's much commoner letter are worth less.
_USUAL = frozenset("äöüßéèêëàâçîïôûùœáíóúñ¿¡ãõìòåæøşğıçőűąćęłńóśźżčďěňřšťůýžěăâîșț")
_SCRIPTS = frozenset(("CYRILLIC", "GREEK", "HEBREW", "ARABIC"))
_MARKS_IN_TEXT = frozenset("\u00ab\u00bb\u2019\u201c\u201d\u00b0\u00b7\u2013\u00a0\u2026")


def _reads(text: str, at: int) -> float:
    """How well a foreign sign stands among its neighbours: a letter in a word of one script."""
    sign = text[at]
    kind = unicodedata.category(sign)
    if kind[0] != "L":
        return 0.3 if sign in _MARKS_IN_TEXT else -1.0
    score = 1.0 if sign.lower() in _USUAL or _script(sign) in _SCRIPTS else 0.6
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if kind == "Lu" and before.isalpha():
        return -1.0  # a capital within a word
    same = [_script(n) == _script(sign) for n in (before, after) if n.isalpha()]
    return score + 0.2 * sum(same) - 0.8 * (len(same) - sum(same))


def _script(sign: str) -> str:
    return unicodedata.name(sign, "?").split(" ", maxsplit=1)[0]
