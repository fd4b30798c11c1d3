"""The query in a failed command's output."""

# --8<-- [start:copy]
import re

FRAME = re.compile(
    r'^  File ".*\n'  # a frame, its source, its carets
    r"(?:    .*\n|  \[Previous.*\n)*",
    re.M,
)


def message(output: str) -> str:
    """The text below the last frame, or all."""
    output = re.sub(r"\x1b\[[\d;]*m", "", output)  # colours
    end = 0
    for frame in FRAME.finditer(output):
        end = frame.end()
    return output[end:].strip() or output


# --8<-- [end:copy]
