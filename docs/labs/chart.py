"""One matplotlib style, every figure as SVG in two colour schemes, text as text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

from labs.record import caller

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 6.4, 3.7  # inches: the text column on a desktop, readable when a phone scales it down
LIMIT = 40_000  # bytes of one SVG
SCHEMES: dict[str, dict[str, Any]] = {
    "light": {
        "ink": "#1f2328", "dim": "#59636e", "grid": "#d8dee4", "paper": "#ffffff",
        "series": ["#0b5cad", "#b3500f", "#1a7f4b", "#8a3ea8", "#59636e", "#b02a5b"],
    },
    "dark": {
        "ink": "#e6edf3", "dim": "#9198a1", "grid": "#363d46", "paper": "#14171a",
        "series": ["#6cb0ff", "#f0975a", "#56c98d", "#c994e6", "#9198a1", "#f283ac"],
    },
}  # fmt: skip
_current = SCHEMES["light"]


def colour(name: str | int) -> str:
    """A colour of the current scheme: "ink", "dim", "grid", "paper", or a series by number."""
    return _current["series"][name % 6] if isinstance(name, int) else _current[name]


@contextmanager
def scheme(name: str) -> Iterator[None]:
    """Draw in the scheme `name` ("light" or "dark") inside this block."""
    global _current
    before, _current = _current, SCHEMES[name]
    style = {
        "figure.figsize": (WIDTH, HEIGHT), "figure.dpi": 100, "figure.constrained_layout.use": True,
        "font.family": "sans-serif", "font.size": 12, "axes.titlesize": 12, "axes.labelsize": 12,
        "xtick.labelsize": 11, "ytick.labelsize": 11, "legend.fontsize": 11, "legend.frameon": False,
        "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
        "text.color": colour("ink"), "axes.labelcolor": colour("ink"), "axes.edgecolor": colour("grid"),
        "axes.titlelocation": "left", "axes.titleweight": "bold",
        "xtick.color": colour("dim"), "ytick.color": colour("dim"), "grid.color": colour("grid"),
        "axes.grid": True, "axes.axisbelow": True, "axes.spines.top": False, "axes.spines.right": False,
        "lines.linewidth": 2.2, "lines.markersize": 6, "hatch.color": colour("dim"), "hatch.linewidth": 0.8,
        "axes.prop_cycle": matplotlib.cycler(color=_current["series"]),
        "svg.fonttype": "none", "svg.hashsalt": "writing", "svg.id": None,
    }  # fmt: skip
    try:
        with matplotlib.rc_context(style):
            yield
    finally:
        _current = before
        plt.close("all")


def new(width: float = WIDTH, height: float = HEIGHT, **subplots: Any) -> tuple[Figure, Any]:
    """A figure and its axes in the current scheme, size in inches; `subplots` as in pyplot.

    The figure's `begun_at` is the line of the lab that asked, to which the page's link "Code" leads.
    """
    figure, axes = plt.subplots(figsize=(width, height), **subplots)
    figure.begun_at = caller()
    return figure, axes


def contrast(one: Any, other: Any) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""

    def luminance(name: Any) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in matplotlib.colors.to_rgb(name)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def heat(
    axes: Axes, cells: Sequence[Sequence[float]], rows: Sequence[str], columns: Sequence[str],
    label: Callable[[float], str] = "{:.0%}".format, top: float = 1.0,
) -> None:  # fmt: skip
    """A labelled heat map of numbers from 0 to `top`; the deeper the accent, the higher."""
    ramp = matplotlib.colors.LinearSegmentedColormap.from_list("heat", [colour("paper"), colour(0)])
    axes.pcolormesh(cells, cmap=ramp, vmin=0, vmax=top, edgecolors=colour("grid"), linewidth=1)
    for i, row in enumerate(cells):
        for j, value in enumerate(row):
            shade = ramp(value / top)
            ink = max((colour("paper"), colour("ink")), key=lambda text, shade=shade: contrast(text, shade))
            axes.text(j + 0.5, i + 0.5, label(value), ha="center", va="center", color=ink)
    axes.set_yticks([i + 0.5 for i in range(len(rows))], rows)
    axes.set_xticks([j + 0.5 for j in range(len(columns))], columns)
    axes.invert_yaxis()
    axes.grid(False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def as_svg(draw: Callable[[], Figure], scheme_name: str) -> str:
    """Draw a figure in a scheme and return it as SVG: no date, no software name, text as text."""
    with scheme(scheme_name):
        out = io.StringIO()
        draw().savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = re.sub(r"<(\?xml|!DOCTYPE).*?>\s*", "", out.getvalue(), flags=re.S)
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.S)
    fonts = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
    text = re.sub(r"'DejaVu Sans'(, [^;\"]*?sans-serif)?", fonts, text)
    return re.sub(r"\s*\n\s*", "\n", text)


def write(figures: dict[str, Callable[[], Figure]], folder: Path) -> list[Path]:
    """Draw every figure into `folder` as NAME-light.svg and NAME-dark.svg.

    Raises ValueError for a figure over 40 kB.
    """
    written = []
    for name, draw in figures.items():
        for scheme_name in SCHEMES:
            text = as_svg(draw, scheme_name)
            if (size := len(text.encode())) > LIMIT:
                raise ValueError(f"figure {name} has {size} bytes; {LIMIT} are allowed: draw fewer marks")
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{name}-{scheme_name}.svg"
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written


def differences(figures: dict[str, Callable[[], Figure]], folder: Path) -> Iterator[str]:
    """One line for each committed figure that the lab would draw otherwise, by more than a point."""
    wanted = {f"{name}-{s}.svg": (draw, s) for name, draw in figures.items() for s in SCHEMES}
    for extra in sorted({path.name for path in folder.glob("*.svg")} - wanted.keys()):
        yield f"figure {extra} is drawn by nothing; delete it"
    for file, (draw, scheme_name) in wanted.items():
        if not (folder / file).exists():
            yield f"figure {file} is missing"
        elif not alike((folder / file).read_text(encoding="utf-8"), as_svg(draw, scheme_name)):
            yield f"figure {file} is not what the lab draws now"


def alike(a: str, b: str) -> bool:
    """Equal but for numbers that differ by less than a point, as fonts of two systems do."""
    number = re.compile(r"-?\d+\.\d+")
    return number.sub("#", a) == number.sub("#", b) and all(
        abs(float(x) - float(y)) < 1 for x, y in zip(number.findall(a), number.findall(b), strict=True)
    )
