"""Names for each post the posts nearest to it: links count most, then shared tags, then categories."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

LINK = re.compile(r"\]\(([a-z0-9-]+)\.md[)#]")
MOST = 3


def related(posts: dict[str, tuple[str, list[str], list[str]]]) -> dict[str, list[str]]:
    """For each slug, given as slug -> (Markdown, tags, categories), the slugs nearest to it, at most three.

    A link in either direction counts 3, a shared tag 2, a shared category 1; equals keep the order of `posts`.
    """
    scores: dict[str, Counter[str]] = {slug: Counter() for slug in posts}
    shared = defaultdict(list)
    for slug, (markdown, tags, categories) in posts.items():
        for other in set(LINK.findall(markdown)) & posts.keys() - {slug}:
            scores[slug][other] += 3
            scores[other][slug] += 3
        for weight, names in ((2, tags), (1, categories)):
            for name in names:
                for other in shared[weight, name][:100]:  # the newest hundred are near enough
                    scores[slug][other] += weight
                    scores[other][slug] += weight
                shared[weight, name].append(slug)
    order = {slug: i for i, slug in enumerate(posts)}
    return {slug: sorted(found, key=lambda o: (-found[o], order[o]))[:MOST] for slug, found in scores.items()}


def name_related(config: MkDocsConfig) -> None:
    """Put title and address of the related posts on each post, for overrides/blog-post.html."""
    posts = {p.config.slug: p for p in config.plugins["material/blog"].blog.posts}
    facts = {s: (p.markdown, p.meta.get("tags") or [], p.config.categories) for s, p in posts.items()}
    for slug, near in related(facts).items():
        posts[slug].meta["related"] = [{"title": posts[s].title, "url": posts[s].url} for s in near]
