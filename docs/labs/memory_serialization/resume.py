"""A call saved before it is made, and what to answer on load to one that a crash left open. The notes print both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labs.memory_serialization.session import append

# --8<-- [start:tool]
Call = dict[str, Any]
UNKNOWN = "interrupted; it is not known whether this was done"


@dataclass
class Tool:
    """A tool, and what may become of its open calls."""

    run: Callable[[Call], str]  # may pass the call's id on as a key, if it is never used again
    again: str = "ask a person"  # or "only reads", "takes a key", "look first"
    look: Callable[[Call], str | None] = lambda call: None  # what it gave


def make(path: Path, message: Call, tools: Mapping[str, Tool]) -> None:
    """Save the calls, make them, save each result."""
    append(path, message)
    for call in message["tool_calls"]:
        done = tools[call["function"]["name"]].run(call)
        append(path, {"role": "tool", "tool_call_id": call["id"], "content": done})


def settle(call: Call, tool: Tool) -> str:
    """The result to append for a call that a crash left open."""
    if tool.again in ("only reads", "takes a key"):
        return tool.run(call)
    if tool.again == "look first":
        found = tool.look(call)
        return tool.run(call) if found is None else found
    return UNKNOWN


# --8<-- [end:tool]
