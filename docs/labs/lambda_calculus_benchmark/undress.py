"""Text without what a model wraps a term in: LaTeX, Markdown, quotation marks, the lambda of other languages."""

from __future__ import annotations

import re

NAME = r"[A-Za-zα-κμ-ωΑ-Ω]+[0-9'_]*"
DRESS = [  # (what, becomes), in this order; after these only plain text with λ, brackets, names and arrows is left
    (r"(?is)^.*</think(?:ing)?>|[\u200b-\u200f\ufeff\u00ad]|[αβη]-(?=\w)", ""),
    (r"(?<=λ)\s*_(?=\s*\.)", "u0"),
    (r"\\\\(?=[A-Za-z])", r"\\"),  # a backslash escaped once too often
    (r"\\\\(?:\[[^\]\n]*\])?|\\newline\b", "\n"),
    (r"\\(?:begin|end)\{[^{}\n]*\}|&", " "),
    (r"\\u03[bB][bB]|(?i:\\lambda)", "λ"),
    (r"\\(?:text|math|operatorname)[a-z]*\s*\{([^{}\n]*)\}", r" \1 "),
    (r"\\(?:left|right|[bB]ig[lrg]*|quad|qquad|displaystyle|[,;:! ()\[\]])", " "),
    (r"\^\s*\{?\s*(?:\\prime|')\s*\}?|\\prime\b", "'"),
    (r"_\s*\{\s*(\d+)\s*\}|_\s*(\d+)", r"\1\2"),
    (r"\\x?(?:[lL]ong|two)?(?:head)?(?:right|leads?|[rR]ight)(?:squig)?arrow|\\(?:to|mapsto|leadsto|implies|equiv|"
     r"approx|cong|simeq)(?![A-Za-z])", "⟶"),
    (r"\\(?:cdot|bullet|ast)\b|[⋅∙•](?=\S)", "·"),
    (r"([=≡⟶→↠⇒])\s*[_^]\s*(?:\{[^{}\n]*\}|\\?[A-Za-zαβη]+|\*)", r"\1"),
    (r"\$|(?m:^\s*(?:```|~~~)[^\n`]*$)|`", " "),
    (r"(?m)^\s*(?:[-+•>#]+|\*+(?=\s)|\d+[.)])\s+", ""),
    (r"[*“”\"«»]|</?[a-z]+/?>", " "),
    (r"(?<![A-Za-z0-9'])_+|_+(?![A-Za-z0-9])", " "),
    (r"(?<![\w'])'([^\n]+?)'(?![\w'])", r" \1 "),
    (r"(?i)\bi\.\s?e\.|\be\.\s?g\.", ";"),
]  # fmt: skip
HEAD = re.compile(
    rf"(?:λ|\\|\blambda\b|\bfun\b|\bfn\b)\s*[({{]?\s*({NAME}(?:[\s,]+{NAME})*)\s*[)}}]?\s*(?:\.|:|->|=>|→|⟶|↦|·|(?=\(|λ))"
)
ARROW_HEAD = re.compile(rf"\(?\b({NAME}(?:\s*,\s*{NAME})*)\s*\)?\s*=>")  # JavaScript
SCHEME = re.compile(rf"\blambda\s*\(\s*({NAME}(?:\s+{NAME})*)\s*\)(?!\s*(?:[.:·]|->|=>|→|⟶|↦))")


def undress(text: str) -> str:
    """Text without LaTeX, Markdown and quotation marks, each λ, `fn`, `(lambda (x) ...)` or `x => ...` in one form."""
    for what, becomes in DRESS:
        text = re.sub(what, becomes, text)

    def head(match: re.Match[str]) -> str:
        return f"λ{' '.join(re.findall(NAME, match[1]))}."

    text = HEAD.sub(head, SCHEME.sub(head, text))
    return text if "λ" in text else ARROW_HEAD.sub(head, text)  # beside a λ an arrow is a step
