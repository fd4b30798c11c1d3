"""What a reader types, and the page that must come first."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser
from support import SHOWN

FIRST = {
    "agent loop": "posts/agent-loop/",
    "lost reply charges twice": "posts/agent-loop/",
    "verify before done": "posts/agent-loop/",
    "pinned goal": "posts/agent-loop/",
    "refund": "posts/customer-support-agent/",
    "refund kettle": "posts/customer-support-agent/",
    "kill -9": "posts/customer-support-agent/",
    "outbox": "posts/agent-or-assistant/",
    "forget customer": "posts/customer-support-agent/",
    "Cobot": "posts/customer-support-agent/",
    "deployment": "posts/customer-support-agent/",  # a word of its summary only
    "refund SQLite": "posts/customer-support-agent/",
    "provider key refund": "posts/customer-support-agent/",
    "case-sensitive": "posts/hermes-md-bug/",
    "case sensitive": "posts/hermes-md-bug/",
    "HERMES.md": "posts/hermes-md-bug/",
    "trigger-scan": "posts/hermes-md-bug/",
    "billing": "posts/hermes-md-bug/",
    "$200": "posts/hermes-md-bug/",
    "lambda calculus": "posts/lambda-calculus-benchmark/",
    "LamBench": "posts/lambda-calculus-benchmark/",
    "variable capture": "posts/lambda-calculus-benchmark/",
    "benchmrak": "posts/lambda-calculus-benchmark/",  # two letters changed places
    "next step stack trace": "posts/asymmetric-retrieval/",
    "traceback": "posts/asymmetric-retrieval/",
    "BM25": "posts/contextual-compression/",
    "PosIR": "posts/asymmetric-retrieval/",
    "retreival": "posts/asymmetric-retrieval/",
    "retrieving notes": "posts/asymmetric-retrieval/",
    '"told at length"': "posts/asymmetric-retrieval/",
    "MetaGPT": "posts/agent-design-space/",
    "design space": "posts/agent-design-space/",
    "Spinel": "posts/spinel-ruby-aot/",
    "ahead of time compiler": "posts/spinel-ruby-aot/",
    "escrow": "posts/icloud-keychain-escrow/",
    "iCloud keychain": "posts/icloud-keychain-escrow/",
    "LoCoMo": "posts/contextual-compression/",
    "rare words": "posts/contextual-compression/",
    "fortnight": "posts/memory-hierarchy/",
    "filter before the cut": "posts/memory-hierarchy/",
    "AGENTS.md": "posts/coding-agent-memory/",
    "stale note": "posts/coding-agent-memory/",
    "complaints in a row": "posts/episodic-semantic-working/",
    "two writers disagree": "posts/multi-vs-single-agent/",
    "interruptions": "posts/agent-or-assistant/",
    "human in the loop": "posts/agent-or-assistant/",
    '"no third kind"': "method/",
    "embeding": "posts/asymmetric-retrieval/",  # has the stem of "embed", and is none of its endings
    "embeddings": "posts/asymmetric-retrieval/",
    "finetuning": "posts/fine-tuning-vs-rag/",
    "multiagent": "posts/multi-vs-single-agent/",
    "toolcall": "posts/agent-design-space/",
    "i cloud": "posts/icloud-keychain-escrow/",
    "key chain": "posts/icloud-keychain-escrow/",
    "spinell": "posts/spinel-ruby-aot/",
    "cloud": None,  # not "loud"
    "SELF-HOSTED quantum blockchain": None,
}
ASK = """async query => {
  window.searchWorker ??= new Worker(document.baseURI.replace(/[^/]*$/, "") + "assets/search.js")
  return await Promise.race([new Promise(done => {
    searchWorker.onmessage = ({ data }) => data.type === 3 && done(data.data.items.map(item => item.at(0).location))
    searchWorker.postMessage({ type: 2, data: query })
  }), new Promise(done => setTimeout(done, 20_000))])
}"""
BEST = "data.data.items.map((item, i) => item.map(one => [one.score, i])).flat().sort(([a], [b]) => b - a)"
FOUND = "data.data.items.map(item => item.at(0).location)"
SAID = ASK.replace(FOUND, "data.data.instead")


class Asked:
    """A page at the root of the real site, from which the search's worker can be asked."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.begin()

    def begin(self) -> None:
        """Open the page, in a context of its own."""
        self.page = self.browser.new_page()
        self.page.goto(self.address)

    def evaluate(self, script: str, query: str) -> Any:
        """What the worker answers; under load its own request may get no answer: then that of a new page."""
        for _ in range(6):
            if (answer := self.page.evaluate(script, query)) is not None:
                return answer
            self.page.close()
            self.begin()
        raise AssertionError(f"no answer to {query}")


@pytest.fixture(scope="module")
def asked(browser, real_site):
    """The search's worker."""
    asked = Asked(browser, real_site)
    yield asked
    asked.page.close()


@pytest.mark.parametrize("query", FIRST)
def test_the_page_that_a_reader_looks_for_comes_first(asked: Asked, query: str):
    found = [location.partition("#")[0] for location in asked.evaluate(ASK, query)]
    wanted = FIRST[query]
    if wanted is None:
        assert found == []
    elif not wanted.startswith("posts/") or wanted.split("/")[1] in SHOWN:
        assert found[0] == wanted


@pytest.mark.parametrize(
    ("query", "instead"),
    [
        ("embeding", "embedding"),
        ("reding notes", "reading notes"),
        ("multiagent", "multi-agent"),
        ("i cloud keychain", "icloud keychain"),
        ("voting", ""),
        ("forking", ""),
        ("loging", "logging"),
        ("capture shadowin", ""),  # codespell:ignore
        ("multi agent", ""),
        ("log in", ""),
        ("a cross encoder", ""),
    ],
)
def test_a_word_that_the_site_writes_in_another_way_is_looked_for_so_and_this_is_said(asked: Asked, query, instead):
    assert asked.evaluate(SAID, query) == instead


def test_one_word_finds_all_that_its_plural_or_a_typing_error_finds(asked: Asked):
    one, more, error = (set(asked.evaluate(ASK, query)) for query in ("embedding", "embeddings", "embeding"))
    assert len(one) >= 5
    assert one == more == error


def test_posts_come_before_other_pages_and_labs_last(asked: Asked):
    found = asked.evaluate(ASK, "agents")
    kinds = [location.split("/")[0] for location in found]
    assert kinds == sorted(kinds, key=lambda kind: {"posts": 0, "labs": 2}.get(kind, 1))
    assert not {"tags", "category", "archive"} & set(kinds)


@pytest.mark.parametrize("query", ["flawless capture", "lambda explorer", "shadowing", "refund", "agents"])
def test_the_best_score_which_enter_opens_is_that_of_what_comes_first_and_the_next_follow(asked: Asked, query):
    turns = [turn for _, turn in asked.evaluate(ASK.replace(FOUND, BEST), query)]
    assert turns == sorted(turns)
    assert len(set(turns)) > 1
