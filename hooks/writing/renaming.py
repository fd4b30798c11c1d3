"""Gives a post another name: its files move, what names them is rewritten, the old address stays as an alias."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from writing.evidence.results import again, digests, parted, recorded
from writing.posts import public
from writing.posts.header import header
from writing.posts.schema import problem

URL = re.compile(r"(\b\w+://\S+)")
READ = (
    "docs/**/*.md", "docs/posts/*.md", "docs/posts/*.markdown", "docs/labs/**/*.py", "docs/labs/**/*.sh",
    "hooks/**/*.py", "mkdocs.yml", "Makefile", "tests/labs/*.py", "tests/site/*.py", "tests/site/listing.yml",
    "tests/browser/*.py",
)  # fmt: skip
PAGES = ("README.md", "CONTRIBUTING.md")  # they take their examples from posts that are there, and from this one:
EXAMPLE = "my-post"


def module(slug: str) -> str:
    """The name of a post's lab."""
    return slug.replace("-", "_")


def sources(root: Path, slug: str) -> list[Path]:
    """Every file that may name a post: no data, no results, nothing that a test or an example has made up."""
    patterns = READ if slug == EXAMPLE else READ + PAGES
    return sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()})


def references(old: str, new: str, own: bool, exact: bool) -> Iterator[tuple[re.Pattern[str], str]]:
    """What names a post or its lab, and what is put there: what stands around a word says whether it is a name.

    The name may be words of the language ("the agent-loop question"). In its `own` files one with a hyphen is never
    that; a test of the real site (`exact`) names a post by a text of its own.
    """
    slug, lab, end = re.escape(old), re.escape(module(old)), r"(?![\w-])"
    slugs = [
        rf"((?:posts/|figures/|NAME=|\blab(?: --\w+)* |\bslug: )){slug}{end}",
        rf"(\blabs/){slug}(?=\.md|/?(?:[\"')#\s]|$))",
        rf"(?<![\w/-])((?:\./)?){slug}(?=\.md\b)",
    ]
    labs = [
        rf"((?:value=[\"']|data-explore=[\"']|table: |\blabs\.|\blab: |\blabs import |LABS / [\"'])){lab}{end}",
        rf"(\blabs/){lab}(?=/[\w.])",
        rf"(\btest_){lab}(?=\.py|_)",
    ]
    if own and slug != lab:
        slugs, labs = [*slugs, rf"(?<![\w-])(){slug}{end}"], [*labs, rf"((?<![\w-])|\btest_){lab}(?![a-z0-9-])"]
    if exact or own:
        slugs, labs = [*slugs, rf"([\"']){slug}(?=[\"'])"], [*labs, *([rf"([\"']){lab}(?=[\"'])"] * (slug != lab))]
    yield from ((re.compile(one), rf"\g<1>{module(new)}") for one in labs)
    yield from ((re.compile(one), rf"\g<1>{new}") for one in slugs)


def rewritten(text: str, old: str, new: str, own: bool = False, exact: bool = False) -> str:
    """A text with every reference to a post put right. An address on the web is nobody's reference."""
    for pattern, right in references(old, new, own, exact):
        parts = URL.split(text)
        parts[::2] = [pattern.sub(right, part) for part in parts[::2]]
        text = "".join(parts)
    return text


def headed(source: str, old: str, new: str) -> str:
    """A post with its new name in its header; one that was published keeps its earlier names, the oldest first."""
    meta, lines = header(source.encode())
    ends = "\r" if source.partition("\n")[0].endswith("\r") else ""
    text, end = source.split("\n"), source[: source.index("\n---", 3)].count("\n") + 2
    names = [*(name for name in meta.get("aliases") or () if name != old), old]

    def yml(name: str) -> str:
        return name if yaml.safe_load(name) == name else f'"{name}"'

    def put(key: str, *new: str) -> None:
        first = lines[key] - 1
        text[first : min([n for n in lines.values() if n - 1 > first], default=end) - 1] = [line + ends for line in new]

    keys = {"slug": [f"slug: {yml(new)}"], "lab": [f"lab: {yml(module(new))}"]}
    if meta.get("draft") is not True:
        keys["slug"].append(f"aliases: [{', '.join(map(yml, names))}]")
        keys["aliases"] = []
    for key in sorted(keys.keys() & lines.keys(), key=lambda key: -lines[key]):  # from below, so that numbers hold
        put(key, *keys[key])
    return "\n".join(text)


def tests_of(root: Path, lab: str) -> list[Path]:
    """The test files of a lab: those that bear its name, and not that of a lab with a longer one."""
    labs = sorted((path.parent.name for path in root.glob("docs/labs/*/__init__.py")), key=len, reverse=True)

    def owner(path: Path) -> str:
        name = path.stem.removeprefix("test_")
        return next((one for one in labs if name == one or name.startswith(f"{one}_")), "")

    return [path for path in sorted(root.glob("tests/labs/test_*.py")) if owner(path) == lab]


def headers(root: Path) -> dict[Path, tuple[dict, dict[str, int]]]:
    """The header of each post and the line of each key. Raises ValueError in a line if one cannot be read."""
    found = {}
    for path in public.posts(root / "docs"):
        try:
            meta, lines = found[path] = header(path.read_bytes())
            if fault := "aliases" in meta and problem("aliases", meta["aliases"], (), ()):
                raise ValueError(lines.get("aliases", 1), fault)
        except ValueError as error:
            raise ValueError("docs/posts/{}:{}: {}".format(path.name, *error.args)) from None
    return found


def moves(root: Path, old: str, new: str) -> dict[Path, Path]:
    """What is moved where. Raises ValueError in a line if there is no such post, or something is there already."""
    if fault := problem("slug", new, (), ()):
        raise ValueError(fault)
    posts = {path.stem: path for path in public.posts(root / "docs")}
    if old not in posts:
        raise ValueError(f"no post {old!r}; there are: {', '.join(posts)}")
    lab, to = module(old), module(new)
    found = {posts[old]: posts[old].with_stem(new), root / "docs/figures" / old: root / "docs/figures" / new}
    if (root / "docs/labs" / lab).is_dir():
        if not to.isidentifier() or keyword.iskeyword(to) or (root / "docs/labs" / f"{to}.py").exists():
            raise ValueError(f"{new!r} cannot name a lab: Python takes {to!r} for something else; choose another")
        found[root / "docs/labs" / lab] = root / "docs/labs" / to
        for path in tests_of(root, lab):
            found[path] = path.with_name(path.name.replace(f"test_{lab}", f"test_{to}", 1))
    found = {path: target for path, target in found.items() if path.exists()}
    if there := [target for target in found.values() if target.exists()]:
        raise ValueError(f"{there[0].relative_to(root)} is there already; choose another name")
    return found


def refresh(results: Path, figures: Path, lab: str, new: str) -> None:
    """Write a lab's name and digests anew: its numbers are those of the same program under another name."""
    content = results.read_bytes().decode("utf-8").replace(f'"lab": "{lab}"', f'"lab": "{new}"')
    for key, digest in digests(results.parent, figures).items():
        content = re.sub(rf'^( *"{key}": )"[0-9a-f]{{16}}"', rf'\1"{digest}"', content, flags=re.M)
    results.write_bytes(content.encode("utf-8"))


def rename(root: Path, old: str, new: str) -> Iterator[str]:
    """Rename a post, its lab included; yields a line for each file. Raises ValueError, and has then changed nothing."""
    moved = moves(root, old, new)
    post, lab = next(iter(moved)), root / "docs/labs" / module(old)
    heads = headers(root)
    for path, (meta, lines) in heads.items():
        if path != post and new in (meta.get("aliases") or ()):
            raise ValueError(f"docs/posts/{path.name}:{lines['aliases']}: {new!r} leads there; choose another name")
    own = {post, *(path for path in moved if path.suffix == ".py")}
    edits = {}
    for path in sources(root, old):
        inside = path in own - {post} or path.is_relative_to(lab)
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        right = headed(text, old, new) if path == post else text
        right = rewritten(right, old, new, inside, path.is_relative_to(root / "tests/site"))
        if right != text:
            edits[path] = right
    labs = [path.parent for path in sorted(root.glob("docs/labs/*/results.json"))]
    labs = [folder for folder in labs if folder in moved or any(path.is_relative_to(folder) for path in edits)]
    for folder in labs:
        recorded(folder)
        if parted(folder, root / "docs/figures" / folder.name.replace("_", "-")):
            raise ValueError(f"lab {folder.name} is not as it was recorded, which a rename would hide: {again(folder)}")
    before, done = {}, []
    try:
        for path, text in edits.items():
            before[path] = path.read_bytes()
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
        for path, target in moved.items():
            path.rename(target)
            done.append((path, target))
        for folder in labs:
            results = moved.get(folder, folder) / "results.json"
            before[folder / "results.json"] = results.read_bytes()
            refresh(results, root / "docs/figures" / results.parent.name.replace("_", "-"), module(old), module(new))
    except BaseException as error:
        for path, target in reversed(done):
            target.rename(path)
        for path, content in before.items():
            path.write_bytes(content)
        raise ValueError(f"cannot rename, and nothing has changed: {error}") from error
    for path, target in moved.items():
        yield f"{path.relative_to(root)} -> {target.relative_to(root)}"
    for path in edits.keys() - moved.keys():
        if not any(path.is_relative_to(folder) for folder in moved):
            yield f"{path.relative_to(root)}: names it"
    if heads[post][0].get("draft") is not True:
        yield "The old address leads to the new one once the site is published."
