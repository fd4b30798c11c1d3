"""One built site: what the generator wrote, what it was made from, and what its pages show as measured."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from writing.build import Build, PluginError
from writing.converting import configs, converter, settings
from writing.evidence.check import report
from writing.evidence.rendered import read, suspected
from writing.posts import inclusions
from writing.posts.public import why as why_not
from writing.standalone import frame
from writing.standalone.source import Files, Page, read_config, read_posts
from writing.standalone.templates import Templates

HINT = "What is shown is not what was recorded:"


class Site:
    """What one run of `finish` knows. Raises PluginError if the site or what it was made from cannot be read."""

    def __init__(self, folder: Path, config_file: Path) -> None:
        self.folder, self.config = folder, read_config(config_file, folder)
        self.docs, self.convert = Path(self.config.docs_dir), converter(config_file)
        self.snippets = configs(settings(config_file), config_file).get("pymdownx.snippets")
        self.labs, self.build = self.docs / "labs", Build(self.config)
        Build.current = self.build
        names = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.html"))}
        made = {name: path for name, path in names.items() if not (self.docs / name).is_file()}  # or it is the author's
        self.built = {name: path.read_text("utf-8") for name, path in made.items()}
        if "404.html" not in self.built:
            raise PluginError(f"{folder}: has no 404.html, from which the generator's own scripts are known")
        known = list(read_posts(self.config))
        newest = sorted(known, key=lambda pair: pair[0].config.date.created, reverse=True)
        self.posts = self.config.plugins["material/blog"].blog.posts = [post for post, shown in newest if shown]
        self.hidden = [post for post, shown in newest if not shown]
        self.build.left_out = frozenset(self.config.left_out)
        self.build.labs = {post.meta["lab"] for post in self.posts if post.meta.get("lab")}
        self.files = Files(self.docs, self.build.left_out, self.build.labs)
        self.templates = Templates(self.config)
        self.trees = {name: frame.tree_of(html, name) for name, html in self.built.items()}
        self.shapes = frozenset(frame.shape(script) for script in frame.scripts(self.trees["404.html"]))
        self.sheets = self._sheets()
        self.pages: dict[str, str] = {}  # path below the site -> finished HTML; pages.py
        self.listed: list[Page] = []  # for the sitemap; pages.py

    def _sheets(self) -> list[str]:
        """The stylesheets that every page links, below the site. Raises PluginError if pages differ in them."""
        found: dict[tuple[str, ...], str] = {}
        root = f"/{self.config.site_url.split('/', 3)[3]}"
        for name, tree in self.trees.items():
            said = [node.attributes.get("href") or "" for node in tree.css("head link[rel=stylesheet]")]
            base = posixpath.join(root, posixpath.dirname(name))
            paths = tuple(posixpath.normpath(posixpath.join(base, address)).removeprefix(root) for address in said)
            found.setdefault(paths, name)
            if missing := [path for path in paths if not (self.folder / path).is_file()]:
                raise PluginError(f"{name}:1: links the stylesheet {missing[0]}, which the site has not")
        if len(found) != 1:
            raise PluginError(f"{' and '.join([*found.values()][:2])} link different stylesheets: {[*found][:2]}")
        return list(next(iter(found)))

    def source_of(self, name: str) -> str:
        """The file of docs/ that a built page was made from; empty for a listing and for 404.html."""
        stem = name.removesuffix("index.html").rstrip("/") or "index"
        posts = {post.file.dest_uri: post.file.src_uri for post in (*self.posts, *self.hidden)}
        made = (path for path in (f"{stem}.md", f"{stem}/index.md") if (self.docs / path).is_file())
        return posts.get(name) or next(made, "")

    def text_of(self, source: str) -> str:
        """What stands in a file of docs/."""
        return (self.docs / source).read_text(encoding="utf-8-sig")

    def unpublished(self) -> Iterator[str]:
        """A line for each thing of a draft that a page shows, and for each file that no site of this kind publishes."""
        notes = {f"labs/{lab}/notes.md": "" for lab in self.build.labs if (self.labs / lab / "notes.md").is_file()}
        made = {self.source_of(name): html for name, html in self.built.items()}
        for source, html in sorted((notes | made).items()):
            if source and source not in self.build.left_out:
                text = self.text_of(source)
                taken = inclusions.taken(html, text, text, self.snippets, self.docs, self.build.left_out)
                yield from (f"{source}:{why}" for why in taken)
        files = {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}
        for name in sorted({*made, *(name for name in files if (self.docs / name).is_file())} - {""}):
            if reason := why_not(name):
                yield f"{name}:1: is in the site, and {reason}; take it out of docs, and have the site built anew"

    def compare(self) -> None:
        """Compare what every built page shows with what labs recorded; no post is missing, no draft is there.

        Raises PluginError with the line of each fault in the file that the page was made from.
        """
        said = [*self.unpublished()]
        for post in self.posts:
            if post.file.dest_uri not in self.built:
                said.append(f"{post.file.src_uri}:1: has no page: {post.file.dest_uri} is not in the site")
        for post in self.hidden:
            if post.file.dest_uri in self.built:
                said.append(f"{post.file.src_uri}:1: is a draft or dated later, and the site has a page of it")
        every = {post.file.src_uri: self.text_of(post.file.src_uri) for post in self.posts}
        for name, html in self.built.items():
            if suspected(html):
                source = self.source_of(name)
                texts = {source: self.text_of(source)} if source and source != "index.md" else every
                said += report(read(html, self.labs, whole=True), texts or {name: ""})
        if said:
            raise PluginError("\n".join([HINT, *dict.fromkeys(said)]))

    def left_out(self) -> tuple[str, ...]:
        """The folders of the site that belong to posts which are not published."""
        return tuple(inclusions.folders(self.build.left_out))
