"""Events are a table of contents, modules have one concern, and arrows go one way."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

import pytest
import yaml
from support import ROOT

HOOKS = sorted((ROOT / "hooks").glob("*.py"))
MODULES = sorted((ROOT / "hooks/writing").rglob("*.py"))
PARTS = sorted(path.parent.name for path in (ROOT / "hooks/writing").glob("*/__init__.py"))
PARTS.remove("standalone")  # a caller of the parts, as MkDocs' events are; nothing imports it but `__main__`
SHARED = {"build", "escaping", "patches"}  # what the parts may import besides themselves
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
REFUSED = {"labs", "git", "subprocess", "socket", "ssl", "http", "urllib", "urllib3", "requests", "ftplib", "smtplib"}
HARMLESS = {"urllib.parse"}
ALLOWED = {"deploying.py": {"subprocess"}, "addresses.py": {"subprocess"}}  # both ask git, and nothing else


def name(path: Path) -> str:
    return path.relative_to(ROOT / "hooks").as_posix()


def code_lines(source: str, node: ast.AST | None = None) -> int:
    """Lines of a module, or of one of its functions, that hold code: no blank line, comment or docstring."""
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type not in NO_CODE]
    lines = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    for inner in ast.walk(ast.parse(source)):
        if isinstance(inner, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(inner) is not None:
            lines -= set(range(inner.body[0].lineno, inner.body[0].end_lineno + 1))
    return len(lines & set(range(node.body[0].lineno, node.end_lineno + 1)) if node else lines)


def imported(path: Path) -> set[str]:
    """Every module or name that a file imports, wherever in it, dotted and absolute."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name(path)}: a relative import, which these checks do not follow"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_only_lines_with_code_count():
    source = '"""Doc\nstring."""\n\n# comment\nx = """a\nb"""\n\n\ndef f():\n    """Doc."""\n    return x\n'
    assert code_lines(source) == 4
    assert code_lines(source, ast.parse(source).body[-1]) == 1


@pytest.mark.parametrize("hook", HOOKS, ids=name)
def test_a_hook_file_is_events_of_at_most_five_lines_and_nothing_else(hook):
    source = hook.read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            assert code_lines(source, node) <= 5, f"{hook.name}: {node.name}"
        else:  # the docstring, imports, `if TYPE_CHECKING:`, and events of several parts
            combined = isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("CombinedEvent(")
            assert combined or isinstance(node, ast.Expr | ast.ImportFrom | ast.If), f"{hook.name}:{node.lineno}"


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_has_at_most_150_lines_of_code(module):
    assert code_lines(module.read_text(encoding="utf-8")) <= 150


def test_a_file_of_a_lab_has_at_most_250_lines_of_code():
    files = (ROOT / "docs/labs").glob("*/**/*.py")
    assert [file.name for file in files if code_lines(file.read_text(encoding="utf-8")) > 250] == []


@pytest.mark.parametrize("file", [*HOOKS, *MODULES], ids=name)
def test_no_file_imports_labs_the_network_or_git(file):
    names = {found for found in imported(file) if not any(found.startswith(f"{name}.") for name in HARMLESS)}
    assert {found.split(".")[0] for found in names} & REFUSED - ALLOWED.get(file.name, set()) == set()


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_nothing_in_the_package_imports_a_hook_file(module):
    assert {found.split(".")[0] for found in imported(module)} & {hook.stem for hook in HOOKS} == set()


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_the_package_imports_no_other_part(part):
    assert PARTS == ["cache", "css", "evidence", "html", "outputs", "posts"]
    for module in (ROOT / "hooks/writing" / part).rglob("*.py"):
        used = {found.split(".")[1] for found in imported(module) if found.startswith("writing.")}
        assert used <= {part, *SHARED}, name(module)


def test_nothing_but_the_command_imports_what_does_without_mkdocs_and_that_imports_neither_mkdocs_nor_material():
    using = {name(path) for path in [*HOOKS, *MODULES] if any("writing.standalone" in used for used in imported(path))}
    assert {path for path in using if not path.startswith("writing/standalone/")} == {"writing/__main__.py"}
    for module in (ROOT / "hooks/writing/standalone").glob("*.py"):
        assert {used.split(".")[0] for used in imported(module)} & {"mkdocs", "material"} == set(), name(module)


def test_what_all_parts_share_imports_none_of_them():
    for shared in SHARED:
        assert [found for found in imported(ROOT / f"hooks/writing/{shared}.py") if found.startswith("writing")] == []


def test_every_hook_file_is_named_in_the_settings():
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("!ENV", "")
    assert sorted(yaml.safe_load(settings)["hooks"]) == [f"hooks/{hook.name}" for hook in HOOKS]


def test_every_module_has_its_place_in_the_table_of_steps():
    table = (ROOT / "hooks/writing/__init__.py").read_text(encoding="utf-8")
    assert [
        name(p) for p in MODULES if p.name != "__init__.py" and p.parent.name in PARTS and p.name not in table
    ] == []
