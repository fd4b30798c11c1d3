"""The query in a failed command's output."""

# --8<-- [start:copy]
import re

FRAME = re.compile(r'^  File ".*\n(?:    .*\n|  \[Previous.*\n)*', re.M)


def message(output: str) -> str:
    """What stands below the last frame of a Python traceback, or all of the output."""
    end = max((frame.end() for frame in FRAME.finditer(output)), default=0)
    return output[end:].strip() or output


# --8<-- [end:copy]
