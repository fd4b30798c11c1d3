"""`lab coding-agent-memory check NOTES.md --repo FOLDER`: does what your notes quote still stand?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from labs.arguments import Parser
from labs.coding_agent_memory.note import Tree, read


def main(argv: Sequence[str]) -> int:
    """Run the command; 0: what every note quotes stands once, 1: one does not, or there is no note.

    Raises ValueError for a reader's mistake.
    """
    if not argv or argv[0] != "check":
        raise ValueError("coding-agent-memory has one command: check NOTES.md --repo FOLDER")
    parser = Parser("lab coding-agent-memory check", description=__doc__)
    parser.add_argument("notes", type=Path, help="Markdown: lines with a file and a quoted line in backticks")
    parser.add_argument("--repo", type=Path, default=Path(), help="the git work tree that the notes are about (here)")
    options = parser.parse_args(argv[1:])
    try:
        text = options.notes.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ValueError(f"{options.notes}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{options.notes}: not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    tree = Tree(options.repo)
    notes = list(read(text, set(tree.files)))
    words: Counter[str] = Counter()
    for note in notes:
        word, why = tree.check(note)
        words[word] += 1
        if word != "stands":
            print(f"{options.notes}:{note.line}: {word}: {why}")
    said = ", ".join(f"{count} {word}" for word, count in sorted(words.items())) or "no line names a file and quotes it"
    print(f"{options.notes}: {len(notes)} note{'s' * (len(notes) != 1)}: {said}")
    return int(words["stands"] < len(notes) or not notes)
