"""Writes a recorded value in the form in which a text wrote it."""

from __future__ import annotations

import re

NUMBER = re.compile(r"([+−-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(\s?(?:%|kB|k|MB|M|×))?")
SCALE = {"%": 100, "k": 1e-3, "kB": 1e-3, "M": 1e-6, "MB": 1e-6}
BYTES = ("bytes", "byte", "B")
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def rounded_away(text: str, value: float | str | None) -> bool:
    """Whether `text` keeps nothing of `value`: a unit of thousands or times with 0, a share that is a bare 0 or 1."""
    found = NUMBER.fullmatch(text)
    if not found or isinstance(value, bool | str) or not value or found[3]:
        return False
    digits, unit = found[2], (found[4] or "").strip()
    share = digits in ("0", "1") and not unit and 0.005 <= abs(value) < 1
    return share or (digits == "0" and unit in ("k", "kB", "M", "MB", "×"))


def foreign(text: str, value: float | str | None, unit: str) -> str:
    """The sign behind a number that its recorded unit does not allow; empty if it may stand there.

    Only bytes are kB and MB, only shares and ratios %. What was recorded without a unit may be one, if it is no count.
    """
    found = NUMBER.fullmatch(text)
    if not found or isinstance(value, bool | str) or value is None:
        return ""
    ratio = unit in ("share", "times", "×") or (not unit and value % 1 != 0)
    may = {
        "%": ratio or (abs(value) <= 1 and unit in ("", "%", "percent")),
        "kB": unit in BYTES,
        "MB": unit in BYTES,
        "×": unit in ("", "share", "times", "×"),
    }
    sign = (found[4] or "").strip()
    return "" if may.get(sign, True) else sign


def format_like(text: str, value: float | str | None) -> str:
    """The recorded `value` written as `text` is: same decimals, commas, unit, or word for a small number.

    Raises ValueError if `text` is no number but `value` is.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if text.lower() in WORDS:
        if value in range(13):
            return WORDS[int(value)].capitalize() if text[0].isupper() else WORDS[int(value)]
        text = "0"
    found = NUMBER.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a number; write digits, with %, k, kB, M, MB or × behind them if need be")
    sign, digits, decimals, unit = (part or "" for part in found.groups())
    scaled = value * SCALE.get(unit.strip(), 1)
    places = max(len(decimals) - 1, 0)
    quoted = float((sign + digits + decimals).replace(",", "").replace("−", "-"))
    near = abs(quoted - scaled) <= 0.5 * 10**-places * (1 + 1e-6)
    if near and not rounded_away(text, value):  # a tie may be rounded either way
        return text
    comma = "," if "," in digits or abs(scaled) >= 1000 > float(digits.replace(",", "")) else ""
    new = f"{abs(scaled):{comma}.{places}f}"
    minus = "−" if sign == "−" else "-"
    mark = minus if scaled < 0 and float(new.replace(",", "")) else sign if sign == "+" else ""
    new = mark + new + unit
    return (f"{value:.2f}" if abs(value) < 1 else f"{value:,}") if rounded_away(new, value) else new
