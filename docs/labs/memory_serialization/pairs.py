"""Tool calls and their results in a conversation, in the shapes of the two best-known interfaces.

OpenAI's chat completions: `tool_calls` with an `id` each in an assistant's message, then messages with the role `tool`
and a `tool_call_id`. Anthropic's messages: blocks `tool_use` with an `id` in an assistant's content, then blocks
`tool_result` with a `tool_use_id` in the next message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.memory_serialization.resume import UNKNOWN


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


def behind(messages: Sequence[Any], at: int) -> int:
    """Where the results of a message's calls belong: behind it, and behind its other parts if it is stored in several.

    Some agents store a message block by block, each with the message's `id`.
    """
    of = messages[at].get("id") if isinstance(messages[at], dict) else None
    there = at + 1
    while of is not None and there < len(messages) and isinstance(messages[there], dict):
        if messages[there].get("id") != of:
            break
        there += 1
    return there


def unanswered(messages: Sequence[Any]) -> list[tuple[int, str]]:
    """Position and id of each call whose result is not in the messages right behind it."""
    found = []
    for at, message in enumerate(messages):
        if not calls(message):
            continue
        answered: set[str] = set()
        for later in messages[behind(messages, at) :]:
            if not results(later):
                break
            answered.update(results(later))
        found += [(at, id_) for id_ in calls(message) if id_ not in answered]
    return found


def uncalled(messages: Sequence[Any]) -> list[tuple[int, str]]:
    """Position and call's id of each result that no message before it asked for."""
    called: set[str] = set()
    found = []
    for at, message in enumerate(messages):
        found += [(at, id_) for id_ in results(message) if id_ not in called]
        called.update(calls(message))
    return found


# --8<-- [start:repaired]
def repaired(messages: Sequence[Any]) -> list[Any]:
    """The messages, with a result "interrupted" for each call that has none. What is stored stays as it is."""
    missing: dict[int, list[str]] = {}
    for at, id_ in unanswered(messages):
        missing.setdefault(at, []).append(id_)
    whole = list(messages)
    for at, ids in sorted(missing.items(), reverse=True):  # from the end: what stands before keeps its place
        there = behind(whole, at)
        if whole[at].get("tool_calls"):  # OpenAI's shape: a message for each result
            whole[there:there] = [{"role": "tool", "tool_call_id": id_, "content": UNKNOWN} for id_ in ids]
            continue
        answers = [{"type": "tool_result", "tool_use_id": id_, "content": UNKNOWN} for id_ in ids]
        user = whole[there] if there < len(whole) and whole[there].get("role") == "user" else None
        said = user["content"] if user else []  # Anthropic's: all results first in the user's next message
        if isinstance(said, str):
            said = [{"type": "text", "text": said}]
        whole[there : there + bool(user)] = [{**(user or {"role": "user"}), "content": [*answers, *said]}]
    return whole


# --8<-- [end:repaired]


def dropped(messages: Sequence[Any]) -> list[Any]:
    """The messages without those that make an unanswered call: a common cure, and a bad one."""
    bad = {at for at, _ in unanswered(messages)}
    return [message for at, message in enumerate(messages) if at not in bad]
