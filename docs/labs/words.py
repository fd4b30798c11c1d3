"""Which signs make a word: letters and digits of any alphabet; in scripts that set no spaces each sign is one."""

from __future__ import annotations

import re

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
)
WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")  # Thai, Lao, Burmese, Khmer, kana, Han; else runs, `_` among them
