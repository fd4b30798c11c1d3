"""A hook is small, and needs nothing but the files of the site."""

from __future__ import annotations

import ast
import io
import tokenize

import pytest
import yaml
from support import ROOT

HOOKS = sorted((ROOT / "hooks").glob("*.py"))
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
REFUSED = {"labs", "git", "subprocess", "socket", "ssl", "http", "urllib", "urllib3", "requests", "ftplib", "smtplib"}


def code_lines(source: str) -> int:
    """Lines that hold code: no blank line, comment or docstring."""
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type not in NO_CODE]
    lines = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(lines)


def test_only_lines_with_code_count():
    assert (
        code_lines('"""Doc\nstring."""\n\n# comment\nx = """a\nb"""\n\n\ndef f():\n    """Doc."""\n    return x\n') == 4
    )


@pytest.mark.parametrize("hook", HOOKS, ids=lambda path: path.name)
def test_a_hook_has_less_than_60_lines_of_code(hook):
    assert code_lines(hook.read_text(encoding="utf-8")) < 60


@pytest.mark.parametrize("hook", HOOKS, ids=lambda path: path.name)
def test_a_hook_imports_neither_labs_nor_network_nor_git(hook):
    tree = ast.parse(hook.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            imported |= {f"{node.module}.{alias.name}" for alias in node.names}
    harmless = {name for name in imported if name.startswith("urllib.parse") or name == "subprocess.CalledProcessError"}
    assert {name.split(".")[0] for name in imported - harmless} & REFUSED == set()


def test_every_hook_file_is_named_in_the_settings_or_imported_by_one_that_is():
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("!ENV", "")
    used = {name.removeprefix("hooks/").removesuffix(".py") for name in yaml.safe_load(settings)["hooks"]}
    for hook in HOOKS * 2:
        if hook.stem in used:
            tree = ast.parse(hook.read_text(encoding="utf-8"))
            used |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert [hook.name for hook in HOOKS if hook.stem not in used] == []
