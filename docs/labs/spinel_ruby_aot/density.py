"""How densely the methods of a Ruby program call each other: counted from its syntax tree.

Needs the packages tree-sitter and tree-sitter-ruby, which this repository does not install: the counts of the four
programs that the post names are kept in data/density.csv. A call is the program's own if a method of that name is
defined in it, whatever its receiver; a name alone, without arguments, receiver or parentheses, is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

LITERALS = {"integer", "float", "rational", "string", "character", "simple_symbol", "nil", "true", "false"}
LITERALS |= {"constant", "array", "hash"}
ARITHMETIC = {"+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^"}
COLUMNS = ("files", "methods", "own_calls", "operands", "literal_operands", "fields", "names")


def nodes(root: Any) -> Iterator[Any]:
    """Every node of a tree."""
    left = [root]
    while left:
        node = left.pop()
        yield node
        left.extend(node.children)


def counted(paths: Sequence[Path]) -> dict[str, int]:
    """Counts over the Ruby files at or below `paths`. Raises ValueError for what cannot be read as Ruby."""
    try:
        import tree_sitter
        import tree_sitter_ruby
    except ImportError:
        raise ValueError("density reads Ruby with two packages: pip install tree-sitter tree-sitter-ruby") from None
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_ruby.language()))
    files = [file for path in paths for file in (sorted(path.rglob("*.rb")) if path.is_dir() else [path])]
    if not files:
        raise ValueError(f"{paths[0]}: no file ending in .rb there")
    found = dict.fromkeys(COLUMNS, 0)
    found["files"] = len(files)
    everything: list[Any] = []
    for file in files:
        try:
            root = parser.parse(file.read_bytes()).root_node
        except OSError as error:
            raise ValueError(f"{file}: {error.strerror}") from None
        if root.has_error:
            raise ValueError(f"{file}: not Ruby that tree-sitter can read; leave the file out")
        everything += nodes(root)
    defined = [n.child_by_field_name("name").text for n in everything if n.type in ("method", "singleton_method")]
    if not defined:
        raise ValueError(f"{paths[0]}: no method is defined there, so there are no calls a method")
    found["methods"], own = len(defined), set(defined)
    for node in everything:
        if node.type == "call":
            method = node.child_by_field_name("method")
            found["own_calls"] += method is not None and method.text in own
        elif node.type == "binary" and node.child_by_field_name("operator").text.decode() in ARITHMETIC:
            found["operands"] += 2
            sides = (node.child_by_field_name(side).type for side in ("left", "right"))
            found["literal_operands"] += sum(side in LITERALS for side in sides)
        found["fields"] += node.type == "instance_variable"
        found["names"] += node.type == "identifier"
    return found
