"""What stands right before or behind a number and makes it read as another one, though it is as recorded.

A digit, sign or fraction, a raised ten, a word of scale or of per cent, a unit of the same kind as the recorded one:
read as it is shown, through marks that leave no room, to the end of the line or block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category

from selectolax.lexbor import LexborNode

ENDS = re.compile(  # elements that put room between a number and what else is there
    "address|article|aside|audio|blockquote|body|br|button|canvas|caption|col|dd|details|dialog|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|h[1-6]|header|hr|html|iframe|img|input|legend|li|main|math|menu|meter|nav|object|ol|"
    "optgroup|option|p|picture|pre|progress|section|select|summary|svg|table|tbody|td|textarea|tfoot|th|thead|tr|ul|video"
)
INSIDE = ENDS.pattern.replace("h[1-6]", "h1|h2|h3|h4|h5|h6").replace("|", ",")
SAME = {"-": "−‐‑–﹣－", "'": "’ʼ＇", "/": "⁄∕÷", "x": "×✕✖·⋅∙*", "%": "％﹪", ".": "．", ",": "，"}
SIGNS = str.maketrans({other: sign for sign, others in SAME.items() for other in others})
SCALE = "(?:dozen|hundred|thousand|million|billion|trillion|quadrillion|lakh|crore)"
PART = "(?:half|third|fifth|sixth|seventh|eighth|ninth|tenth)"
PARTS = "(?:halves|thirds|fifths|sixths|sevenths|eighths|ninths|tenths)"
NAMED = "(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
OVER = (  # the other end of a range: what stands behind it is said of both, if the first is bare
    rf"(?:(?<![kMB%]\x02)(?<![\d\s]x\x02)(?:-|\s(?:to|or)\s)(?:\d+(?:[.,]\d+)*|{NAMED}))?"
)
NEAR = rf"\x02(?:(?<!,\d{{3}}\x02){OVER})?"  # but nobody takes 5,000 to 10 million for 5,000 million
BEFORE = re.compile(  # \x01 and \x02 stand around the number
    r"\d[\d.,'_]*\x01|\d[\xa0\u2005-\u200a\u202f]\x01|(?<![\w.,'-])\d{1,3}\s\x01(?=\d{3}(?!\d))"
    r"|\d\s?/\s?\x01|\d[\d.,)]*\s?(?:\^|xx)\s?-?\x01|\de[+-]?\x01|(?:^|[\s(\[=:<>~])[.+-]\x01|\b(?:minus|negative)\s\x01"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty[\s-]?\x01"
    rf"|\b{SCALE}(?:\sand\s\x01|[\s-](?:and[\s-])?\x01(?=[a-z]))",
    re.I,
)
AFTER = re.compile(
    r"\x02(?:[.,'_]?\d)+(?:\s?%)?|(?<=\d)\x02(?:[\s]\d{3})+(?![\d-])|\x02\s?/\s?\d+|\x02\s?(?:\^|xx)\s?-?\d+"
    rf"|(?<=\d)\x02[eE][+-]?\d+|\x02\s?[xX]\s?10(?:\^|xx)?[+-]?\d?\d?\b|\x02\spoint\s(?:\d+|{NAMED}\b)"
    rf"|{NEAR}[\s-]?(?:[%‰‱](?:[\s-]points?\b)?|(?i:per\s?cent|pct|pp|bps|(?:percentage|basis)[\s-]points?)\b)"
    rf"|{NEAR}[\s-]?{SCALE}(?:th)?s?\b(?!-)|\x02[\s-]{PARTS}\b(?!-)|(?:(?<=\x011)|(?<=\x01[oO]ne))\x02[\s-]{PART}\b(?!-)"
    r"|(?<=[a-z])\x02(?:[\s-]quarters?|t?y|t?een)\b(?!-)"
    rf"|\x02\sand\s(?:an?|{NAMED})\s(?:{PARTS}|{PART}|quarters?)\b"
    rf"|(?<=\d){NEAR}(?:[kKMGTPmbB](?:i?[bB]|n)?\b|\s?(?:k|K|M|bn|mn|tn)\b(?!-))"
)
SIZES = {"": "", "[kK]": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta"}
UNITS = [
    r"%(?:[\s-]?points?)?|per\s?cent|pct|pp|percentage[\s-]points?",
    *(f"{sign}B|(?i:{word}bytes?)" for sign, word in SIZES.items()),
    *(f"{sign}iB|(?i:{word[:2]}bibytes?)" for sign, word in SIZES.items() if sign),
    *(f"{sign}i?(?:b|bits?|bps)|(?i:{word}bits?)" for sign, word in SIZES.items()),
    "kilo|mega|giga|tera|peta",
    "ns|nsecs?|nanosecs?|nanoseconds?",
    "[µμu]s|usecs?|microsecs?|microseconds?",
    "ms|msecs?|millisecs?|milliseconds?",
    "s|secs?|seconds?",
    "m|mins?|minutes?",
    "h|hrs?|hours?",
    "days?",
    "wks?|weeks?",
    "months?",
    "yrs?|years?",
]
UNIT = re.compile(rf"{OVER}[\s-]?(?:{'|'.join(f'({unit})' for unit in UNITS)})(?![\w-])")  # a group for each


def beside(node: LexborNode, way: str) -> str:
    """The text before (`prev`) or behind (`next`) an element, to the end of its block; a note's number is none."""
    text, here = "", node
    while len(text) < 80:
        while (other := getattr(here, way)) is None:
            here = here.parent
            if here is None or ENDS.fullmatch(here.tag or ""):
                return text
            text = "^" + text if here.tag == "sup" and way == "prev" else text
        here = other
        if here.is_comment_node or (here.is_element_node and unshown(here)):
            continue
        if here.is_element_node and (ENDS.fullmatch(here.tag or "") or here.css_first(INSIDE)):
            return text
        text = here.text() + text if way == "prev" else text + here.text()
    return text


def unshown(node: LexborNode) -> bool:
    """Whether an element shows nothing, or only the sign of a note."""
    hidden = "hidden" in node.attributes or "display" in (node.attributes.get("style") or "")
    return hidden or node.tag in ("script", "style", "template") or node.css_first("a.footnote-ref") is not None


def as_read(text: str) -> str:
    """The text with one sign for all that read alike; raised digits, fractions and other scripts' numerals are 0."""
    return "".join("0" if c.isnumeric() and not c.isascii() else c for c in text.translate(SIGNS))


def another(node: LexborNode, unit: str) -> Iterator[str]:
    """How a number reads with what stands beside it, if that is not as it was recorded in `unit`."""
    around = beside(node, "prev")[-80:], " ".join(node.text().split()), beside(node, "next")[:80]
    before, text, behind = ("".join(c for c in part if category(c) != "Cf") for part in around)
    line = as_read(f"{before}\x01{text}\x02{behind}")
    end = len(before) + len(text) + 2
    left, right = BEFORE.search(line), AFTER.search(line)
    own, named = UNIT.fullmatch(unit), UNIT.match(line, end)
    if named and own:
        right = None if named.lastindex == own.lastindex else named
    if left or right:
        shown = f"{before[left.start() :] if left else ''}{text}{behind[: right.end() - end] if right else ''}"
        yield " ".join(shown.split())
