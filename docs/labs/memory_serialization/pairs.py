"""Tool calls and their results in a conversation, in the shapes of the two best-known interfaces.

OpenAI's chat completions: `tool_calls` with an `id` each in an assistant's message, then messages with the role `tool`
and a `tool_call_id`. Anthropic's messages: blocks `tool_use` with an `id` in an assistant's content, then blocks
`tool_result` with a `tool_use_id` in the next message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

UNKNOWN = "interrupted; it is not known whether this was done"


def blocks(message: Any, kind: str) -> list[dict[str, Any]]:
    """The blocks of a kind in a message's content."""
    content = message.get("content") if isinstance(message, dict) else None
    return [b for b in content if isinstance(b, dict) and b.get("type") == kind] if isinstance(content, list) else []


def calls(message: Any) -> list[str]:
    """The ids of the tool calls that a message makes."""
    listed = message.get("tool_calls") if isinstance(message, dict) else None
    plain = [c.get("id") for c in listed if isinstance(c, dict)] if isinstance(listed, list) else []
    return [str(id_) for id_ in [*plain, *(b.get("id") for b in blocks(message, "tool_use"))]]


def results(message: Any) -> list[str]:
    """The ids of the tool calls that a message answers."""
    plain = [message["tool_call_id"]] if isinstance(message, dict) and message.get("tool_call_id") else []
    return [str(id_) for id_ in [*plain, *(b.get("tool_use_id") for b in blocks(message, "tool_result"))]]


def recognised(messages: Iterable[Any]) -> bool:
    """Whether there is a call or a result in a shape known here."""
    return any(calls(m) or results(m) for m in messages)


def unanswered(messages: Sequence[Any]) -> list[tuple[int, str]]:
    """Position and id of each call whose result is not in the messages right behind it."""
    found = []
    for at, message in enumerate(messages):
        answered: set[str] = set()
        for later in messages[at + 1 :]:
            if not results(later):
                break
            answered.update(results(later))
        found += [(at, id_) for id_ in calls(message) if id_ not in answered]
    return found


# --8<-- [start:repaired]
def repaired(messages: Sequence[Any]) -> list[Any]:
    """The messages, with a result "interrupted" for each call that has none. What is stored stays as it is."""
    missing: dict[int, list[str]] = {}
    for at, id_ in unanswered(messages):
        missing.setdefault(at, []).append(id_)
    whole = []
    for at, message in enumerate(messages):
        whole.append(message)
        whole += [{"role": "tool", "tool_call_id": id_, "content": UNKNOWN} for id_ in missing.get(at, [])]
    return whole


# --8<-- [end:repaired]


def dropped(messages: Sequence[Any]) -> list[Any]:
    """The messages without those that make an unanswered call: a common cure, and a bad one."""
    bad = {at for at, _ in unanswered(messages)}
    return [message for at, message in enumerate(messages) if at not in bad]
