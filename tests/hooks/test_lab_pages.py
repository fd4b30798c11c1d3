"""The page of a lab, in layers: what was found, how to run it again, values, notes, tables and source."""

from __future__ import annotations

import html
import json
import re
from shutil import copytree
from urllib.parse import unquote, urlsplit

import pytest
from jinja2 import Environment
from labs import record as labs_record
from selectolax.lexbor import LexborHTMLParser
from support import MADE, ROOT, build, built, replaced
from writing.__main__ import main
from writing.evidence import check, results
from writing.evidence.figure_links import link_figures
from writing.evidence.lab_page import OPEN, filled, page
from writing.evidence.rendered import Quote, read, suspected
from writing.posts.public import why

FOLDER = MADE / "labs" / "coin_toss"
RECORD = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))
REPOSITORY = "https://github.com/example/blog"
PARTS = "".join(f'<div data-part="{part}"></div>' for part in ("claims", "rerun", "values", "tables", "source"))


@pytest.fixture(scope="module")
def tree() -> LexborHTMLParser:
    """The parts of the page, parsed."""
    return LexborHTMLParser(filled(PARTS, FOLDER, {"heads": ["49.7%", "50%", "50%"]}, REPOSITORY))


def text(tree: LexborHTMLParser, selector: str) -> str:
    """The words of the one element that a selector finds."""
    (found,) = tree.css(selector)
    return " ".join(found.text().split())


def test_a_claim_says_for_how_many_seeds_it_holds_and_leads_to_the_line_that_decides_it(tree):
    said = text(tree, "#n-near_half")
    assert said.startswith("Five thousand tosses stay within two points of one half")
    assert "holds for 5 of 5 seeds" in said
    assert "holds for 4 of 5 seeds" in text(tree, "#n-tails_win")
    (link,) = tree.css("#n-near_half a")
    at = RECORD["claims"]["near_half"]["at"]
    assert link.attributes["href"] == f"#L-{at.replace(':', '-')}"
    (line,) = [one for one in tree.css("span[id]") if one.attributes["id"] == link.attributes["href"][1:]]
    assert "results.claim(" in line.text()


def test_a_result_that_a_helper_made_leads_to_the_call_of_the_helper_and_to_the_helpers_line(tmp_path):
    copytree(FOLDER, folder := tmp_path / "coin_toss")
    made = {"at": "__init__.py:30", "through": "__init__.py:20"}
    record = {part: {name: entry | made for name, entry in RECORD[part].items()} for part in ("values", "tables")}
    (folder / "results.json").write_text(json.dumps(RECORD | record), encoding="utf-8")
    page = LexborHTMLParser(filled(PARTS, folder, {}, ""))
    for row in ("#n-heads", "#t-by_run p"):
        assert [link.attributes["href"] for link in page.css(f"{row} a")] == ["#L-__init__.py-30", "#L-__init__.py-20"]
        assert text(page, row).endswith("__init__.py:30 through __init__.py:20")
    assert page.css("[id='L-__init__.py-20']")[0].text() == (folder / "__init__.py").read_text().splitlines()[19]


def test_a_claim_from_a_recorded_run_says_so_instead_of_its_seeds(tmp_path):
    copytree(FOLDER, folder := tmp_path / "coin_toss")
    claims = {"timed": {"holds": [True], "says": "It was fast", "record": "measured.json"}}
    (folder / "results.json").write_text(json.dumps(RECORD | {"claims": claims}), encoding="utf-8")
    said = text(LexborHTMLParser(filled(PARTS, folder, {}, "")), "#n-timed")
    assert "from measured.json, recorded once" in said and "no chance" not in said
    assert check.measured(folder, [Quote(("coin_toss", "claims", "timed"), "So.")])["seeds"] == (
        ", each from a recorded run"
    )


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ({"holds": [False]}, "does not hold, exact: no chance in it"),
        ({"holds": [False], "record": "m.json"}, "does not hold, from m.json, recorded once"),
        ({"holds": [False, True], "record": "m.json"}, "does not hold, from m.json, recorded once"),
        ({"holds": [False, True]}, "holds for 1 of 2 seeds"),
    ],
)
def test_a_claim_that_does_not_hold_is_not_shown_as_if_it_did(tmp_path, claim, said):
    copytree(FOLDER, folder := tmp_path / "coin_toss")
    record = RECORD | {"claims": {"fly": {"says": "Pigs fly."} | claim}}
    (folder / "results.json").write_text(json.dumps(record), encoding="utf-8")
    assert text(LexborHTMLParser(filled(PARTS, folder, {}, "")), "#n-fly small").startswith(f"{said} · fly")


def test_the_box_says_of_the_sentences_that_the_post_quotes_how_they_were_decided(tmp_path):
    copytree(FOLDER, folder := tmp_path / "coin_toss")
    copytree(FOLDER, other := tmp_path / "other")
    exact = {"exact": {"holds": [True], "says": "x"}, "timed": {"holds": [True], "says": "x", "record": "m.json"}}
    (other / "results.json").write_text(json.dumps(RECORD | {"claims": exact}), encoding="utf-8")
    near, sure, timed, number = (
        Quote(tuple(path.split(".")), "")
        for path in ("coin_toss.claims.near_half", "other.claims.exact", "other.claims.timed", "coin_toss.values.runs")
    )
    for quotes, said in (
        ([], ""),
        ([number], ""),
        ([near, number], ", each for 5 seeds"),
        ([sure], ", each with no chance in it"),
        ([near, sure, timed], ", some for 5 seeds, some with no chance in it, some from a recorded run"),
    ):
        box = check.measured(folder, quotes)
        assert (box["seeds"], box["claims"]) == (said, len(quotes) - quotes.count(number))


def test_sentences_come_in_the_order_in_which_posts_say_them_and_the_others_in_a_fold():
    names = [name for name in RECORD["claims"] if name != "tails_win"][::-1]
    page = LexborHTMLParser(filled(PARTS, FOLDER, {name: ["words"] for name in names}, ""))
    assert [one.attributes["id"] for one in page.css("body > .claims > li")] == [f"n-{name}" for name in names]
    assert [one.attributes["id"] for one in page.css("details .claims > li")] == ["n-tails_win"]
    assert text(page, "summary:has(+ .claims)") == "1 more, which the post does not quote"


def test_after_the_first_few_sentences_the_rest_that_the_post_says_is_folded_in_its_order(tmp_path):
    folder, names = tmp_path / "coin_toss", [f"c{i}" for i in range(OPEN + 3)]
    copytree(FOLDER, folder)
    content = RECORD | {"claims": {name: {"holds": [True], "says": name} for name in [*names, "unsaid"]}}
    (folder / "results.json").write_text(json.dumps(content), encoding="utf-8")
    page = LexborHTMLParser(filled(PARTS, folder, {name: ["words"] for name in names}, ""))
    shown, *folds = [[item.attributes["id"][2:] for item in group.css("li")] for group in page.css(".claims")]
    assert (shown, folds) == (names[:OPEN], [names[OPEN:], ["unsaid"]])
    said = [summary.text() for summary in page.css("summary:has(+ .claims)")]
    assert said == ["3 more that the post quotes", "1 more, which the post does not quote"]


def test_what_is_there_to_copy_stands_among_the_source_whatever_its_language(tmp_path):
    folder = tmp_path / "coin_toss"
    copytree(FOLDER, folder)
    (folder / "once.sql").write_text("select 1 < 2;\n", encoding="utf-8")
    (folder / "race.sh").write_text("echo first\n", encoding="utf-8")
    page = LexborHTMLParser(filled(PARTS, folder, {}, ""))
    shown = {
        one.css_first("summary code").text(): one.css_first(".source code").text()
        for one in page.css("details.file:has(.source)")
    }
    assert (shown["once.sql"], shown["race.sh"]) == ("select 1 < 2;", "echo first")
    for name in ("once.sql", "race.sh"):
        assert page.css(f'a[download][href="../coin_toss/{name}"]')
        assert not why(f"labs/coin_toss/{name}"), "it is published, so that the link leads somewhere"


def test_a_value_is_shown_exactly_with_interval_seeds_what_it_is_and_how_the_post_writes_it(tree):
    row = text(tree, "#n-heads")
    for part in ("0.4966 share", "95%: 0.482741 to 0.510459", "over the seeds: 0.4954 to 0.5068", "49.7%, 50%"):
        assert part in row
    assert "share of heads <over> all runs" in row
    assert "5,000" in text(tree, "#n-tosses")
    assert "Depends on the machine." in text(tree, "#n-wall_ms")
    assert tree.css(r"#n-heads\.low")[0].text() == "0.482741"


def test_an_empty_cell_of_a_table_is_a_dash(tmp_path):
    copytree(FOLDER, folder := tmp_path / "coin_toss")
    record = json.loads(json.dumps(RECORD))
    record["tables"]["by_run"]["rows"][0][1] = None
    (folder / "results.json").write_text(json.dumps(record), encoding="utf-8")
    page = LexborHTMLParser(filled(PARTS, folder, {}, ""))
    assert [page.css(f"[id='t-by_run-{row}-1']")[0].text() for row in (0, 1)] == [
        "–", str(record["tables"]["by_run"]["rows"][1][1])
    ]  # fmt: skip


def test_every_cell_of_a_table_has_an_id_and_its_value(tree):
    for i, row in enumerate(RECORD["tables"]["by_run"]["rows"]):
        for j, cell in enumerate(row):
            assert text(tree, f"#t-by_run-{i}-{j}") == str(cell)


def test_the_source_stands_there_as_it_is_with_the_number_of_each_line(tree):
    numbers, code = tree.css(".source pre")
    source = (FOLDER / "__init__.py").read_text(encoding="utf-8")
    assert code.text() == source.rstrip("\n")
    assert numbers.text().split() == [str(i + 1) for i in range(source.count("\n"))]
    made = {entry["at"] for kind in ("values", "claims", "tables") for entry in RECORD[kind].values()}
    for at in made | set(RECORD["figures"].values()):
        name, line = at.split(":")
        assert tree.css(f"[id='L-{name}-{line}']")[0].text() == source.splitlines()[int(line) - 1]


def test_what_to_type_in_an_empty_folder_is_one_block(tree):
    assert tree.css(".highlight code")[0].text() == (
        "git clone https://github.com/example/blog && cd blog\nmake lab NAME=coin-toss CHECK=1"
    )
    alone = filled(PARTS, FOLDER, {}, "")
    assert "git clone" not in alone
    assert "in a clone of this site" in alone


def test_each_file_can_be_downloaded_and_found_in_the_repository(tree, small):
    links = [link.attributes["href"] for link in tree.css("a[download]")]
    assert links == ["../coin_toss/results.json", "../coin_toss/data/first.csv", "../coin_toss/__init__.py"]
    for link in links:
        path = link.removeprefix("../coin_toss/")
        assert (small / "labs/coin_toss" / path).read_bytes() == (FOLDER / path).read_bytes()
    there = f"{REPOSITORY}/blob/HEAD/docs/labs/coin_toss/__init__.py"
    assert [link.attributes["href"] for link in tree.css("a[href^=https]")] == [there]
    page = LexborHTMLParser(filled(PARTS, FOLDER, {}, REPOSITORY, "1234567890"))
    (door,) = page.css("a[href^=https]")
    assert door.attributes["href"] == there.replace("HEAD", "1234567890")
    assert door.text() == "In the repository at 1234567"


def test_a_file_of_any_name_can_be_downloaded_and_its_name_is_text(tmp_path):
    copytree(FOLDER, folder := tmp_path / "coin_toss")
    data, odd = ['a&b "c".csv', "share #1.csv", "why?.csv", "100%25.csv"], "<i>q#2.sql"
    for name in (*(f"data/{name}" for name in data), odd):
        (folder / name).write_text("select 1;\n", encoding="utf-8")
    tree = LexborHTMLParser(filled(PARTS, folder, {}, REPOSITORY))
    links = {link.attributes["href"]: link.text() for link in tree.css("a[download]")}
    found = {unquote(urlsplit(address).path).removeprefix("../coin_toss/"): text for address, text in links.items()}
    assert ({f"data/{name}": name for name in data} | {odd: "Download"}).items() <= found.items()
    assert odd in [name.text() for name in tree.css("summary code")]
    assert f"{REPOSITORY}/blob/HEAD/docs/labs/coin_toss/%3Ci%3Eq%232.sql" in [
        a.attributes["href"] for a in tree.css("a")
    ]


def test_text_of_a_lab_is_text_on_its_page(tmp_path):
    nasty = '<script>alert(1)</script> & </code> ~~~~ *a* | "q"'
    folder = tmp_path / "labs" / "nasty"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(f"'''{nasty}'''\n# {nasty}\n", encoding="utf-8")
    content = {**RECORD, "recorded": {**RECORD["recorded"], "machine": nasty}}
    content["values"] = {"x": {"value": nasty, "says": nasty, "unit": nasty, "at": "__init__.py:2"}}
    content["claims"] = {"c": {"holds": [True], "says": nasty}}
    content["tables"] = {"t": {"says": nasty, "columns": [nasty], "rows": [[nasty]]}}
    (folder / "results.json").write_text(json.dumps(content), encoding="utf-8")
    tree = LexborHTMLParser(filled(PARTS, folder, {"x": [nasty]}, REPOSITORY))
    assert tree.css("script") == []
    shown = " ".join(tree.body.text().split())
    assert shown.count("<script>alert(1)</script> & </code>") >= 9
    assert "<script" not in page(folder, nasty, "")


def test_the_built_page_has_its_layers_in_order_and_the_lead_of_the_lab(small):
    tree = LexborHTMLParser((small / "labs/coin-toss/index.html").read_text(encoding="utf-8"))
    heads = [re.sub("¶$", "", head.text()) for head in tree.css("article h2")]
    assert heads == ["What was found", "Run it again", "Values", "Tables", "Source"]
    assert "How far a thousand tosses of a fair coin stray from one half." in tree.css("article")[0].text()
    assert tree.css("article a[href$='posts/coin-toss/']")
    assert "quixotic" not in tree.body.text()


def test_a_figure_leads_to_its_data_and_to_the_line_that_drew_it(small):
    post = LexborHTMLParser((small / "posts/coin-toss/index.html").read_text(encoding="utf-8"))
    lab = LexborHTMLParser((small / "labs/coin-toss/index.html").read_text(encoding="utf-8"))
    doors = {door.text(): door.attributes["href"] for door in post.css("figcaption small a")}
    assert doors == {"Data": "../../labs/coin-toss/#t-by_run", "Code": "../../labs/coin-toss/#L-__init__.py-52"}
    (line,) = lab.css('[id="L-__init__.py-52"]')
    assert line.text().strip() == "figure, axes = chart.new()"
    assert RECORD["tables"]["by_run"]["says"] in lab.css_first("#t-by_run > summary").text()


FIGURE = '<figure data-table="{}"><img src="../figures/coin-toss/by-run-light.svg"><figcaption>C</figcaption></figure>'


def test_the_data_of_a_figure_are_the_table_that_it_names():
    tree = LexborHTMLParser(FIGURE.format("by_run"), is_fragment=True)
    link_figures(tree, MADE / "labs", "../", {"coin_toss"})
    assert tree.css_first("small a").attributes["href"] == "../coin-toss/#t-by_run"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (FIGURE.format("runs"), 'data-table="runs" is no table of coin_toss; it has by_run'),
        ('<p data-table="by_run">T</p>', 'data-table="by_run" stands on no figure of a lab; take it out'),
    ],
)
def test_a_figure_that_names_no_table_of_its_lab_is_refused(html, said):
    assert suspected(html)
    assert [message for _, message in read(html, MADE / "labs").faults] == [said]


def test_every_link_of_a_post_to_evidence_leads_to_an_element_that_is_there(small):
    post = LexborHTMLParser((small / "posts/coin-toss/index.html").read_text(encoding="utf-8"))
    lab = LexborHTMLParser((small / "labs/coin-toss/index.html").read_text(encoding="utf-8"))
    ids = {one.attributes["id"] for one in lab.css("[id]")}
    links = [link.attributes["href"].split("#") for link in post.css("a.num, a.tick")]
    assert len(links) > 10
    assert {page for page, _ in links} == {"../../labs/coin-toss/"}
    assert {fragment for _, fragment in links} <= ids


def test_only_labs_that_a_post_names_have_a_page_and_are_listed(repository, small):
    shown = (small / "labs/index.html").read_text(encoding="utf-8")
    assert 'href="coin-toss/"' in shown
    assert "How far a thousand tosses of a fair coin stray from one half." in shown
    replaced(repository / "docs/posts/coin-toss.md", "lab: coin_toss\n", "")
    site = built(repository, repository / "site")
    assert not (site / "labs/coin-toss").exists()
    assert 'href="coin-toss/"' not in (site / "labs/index.html").read_text(encoding="utf-8")


def test_notes_are_checked_like_a_post_and_are_no_page_of_their_own(repository):
    notes = repository / "docs/labs/coin_toss/notes.md"
    notes.write_text('## Set-up\n\nOf <data value="coin_toss.tosses">5,000</data> tosses.\n', encoding="utf-8")
    site = built(repository, repository / "site")
    page = LexborHTMLParser((site / "labs/coin-toss/index.html").read_text(encoding="utf-8"))
    (fold,) = page.css("details.note:has(h2)")
    assert [one.tag for one in fold.iter()] == ["summary", "p"]
    assert fold.css_first("summary > h2#set-up")
    assert "Of 5,000 tosses." in fold.text()
    assert not (site / "labs/coin_toss/notes").exists()
    replaced(notes, "5,000", "5,001")
    done = build(repository, repository / "other")
    assert done.returncode == 1
    assert "labs/coin_toss/notes.md:3: quotes 5,001, coin_toss.tosses is 5000" in done.stderr


@pytest.mark.parametrize(
    ("text", "id"),
    [("## N heads\n", "n-heads"), ("## T by_run\n", "t-by_run"), ("## A {#n-near_half}\n", "n-near_half")],
)
def test_notes_that_take_the_id_of_a_value_a_table_or_a_sentence_are_refused_with_their_line(
    repository, capsys, text, id
):
    (repository / "docs/labs/coin_toss/notes.md").write_text(f"## Set-up\n\n{text}\nWords.\n", encoding="utf-8")
    line = f"labs/coin_toss/notes.md:3: the id {id!r} is that of a row or a line further down; write another heading, "
    assert main(["check", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]) == 1
    assert line in capsys.readouterr().out
    if id == "n-heads":
        done = build(repository, repository / "site")
        assert done.returncode == 1
        assert line in done.stderr


def test_notes_that_take_an_id_of_a_template_are_named_by_their_own_file(repository):
    (repository / "docs/labs/coin_toss/notes.md").write_text("Words.\n\n## A {#__toc}\n", encoding="utf-8")
    done = build(repository, repository / "site")
    assert done.returncode == 1
    assert "labs/coin_toss/notes.md:3: the id '__toc' is taken" in done.stderr


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("labs/coin_toss/__init__.py", "labs/coin_toss: its source is not what was recorded"),
        ("labs/coin_toss/data/first.csv", "labs/coin_toss: its data is not what was recorded"),
        ("figures/coin-toss/by-run-dark.svg", "labs/coin_toss: figures/coin-toss is not what was recorded"),
    ],
)
def test_a_lab_that_changed_since_it_was_recorded_stops_the_build_with_the_command(repository, path, what):
    file = repository / "docs" / path
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    done = build(repository, repository / "site")
    assert done.returncode == 1
    assert f"{what}; if it is right as it is: make lab NAME=coin-toss RECORD=1" in done.stderr


def test_a_lab_without_a_page_that_is_quoted_must_be_as_it_was_recorded(repository):
    docs = repository / "docs"
    replaced(docs / "posts/coin-toss.md", "lab: coin_toss\n", "")
    replaced(docs / "posts/plain-words.md", "Nothing else.", '<data value="coin_toss.tosses">5,000</data> tosses.')
    built(repository, repository / "site")
    replaced(docs / "labs/coin_toss/__init__.py", "TOSSES = 1000", "TOSSES = 77")
    done = build(repository, repository / "site")
    assert done.returncode == 1
    assert "labs/coin_toss: its source is not what was recorded; if it is right as it is: make lab" in done.stderr


def test_build_and_lab_agree_on_what_a_lab_consists_of():
    for name in ("source", "data"):
        assert RECORD[name] == getattr(labs_record, f"{name}_hash")(FOLDER)
    figures = MADE / "figures" / "coin-toss"
    assert RECORD["drawn"] == labs_record.files_hash(figures, sorted(figures.glob("*.svg")))
    assert results.parted(FOLDER, figures) == []


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"{", b"[]", b"null", b"3", b"\xff\xfe", b"[" * 100_000, b'{"values": []}', b'{"values": {}, "tables": 1}',
        json.dumps({**RECORD, "values": {"a": 1}}).encode(), json.dumps({**RECORD, "claims": {"a": {}}}).encode(),
        json.dumps({**RECORD, "tables": {"t": {"columns": []}}}).encode(), json.dumps({**RECORD, "seed": "x"}).encode(),
    ],
)  # fmt: skip
def test_damaged_results_are_one_line_with_the_command_that_mends_them(tmp_path, damage):
    (tmp_path / "coin_toss").mkdir()
    (tmp_path / "coin_toss" / "results.json").write_bytes(damage)
    with pytest.raises(
        ValueError, match=r"^labs/coin_toss/results\.json:\d+: is damaged \(.*\); write it again: make lab"
    ) as said:
        results.recorded(tmp_path / "coin_toss")
    assert "\n" not in str(said.value)


def test_a_lab_that_is_not_recorded_yet_is_called_that(tmp_path):
    (tmp_path / "coin_toss").mkdir()
    (tmp_path / "coin_toss" / "__init__.py").write_text("")
    with pytest.raises(ValueError, match="lab 'coin_toss' is not recorded yet; make lab NAME=coin-toss RECORD=1"):
        results.recorded(tmp_path / "coin_toss")
    place = "posts/coin-toss.md"
    said = results.unrecorded(tmp_path / "coin_toss", place, "---\ntitle: a lab: b\nlab: coin_toss\n---\n")
    assert said == f"{place}:3: lab 'coin_toss' is not recorded yet; make lab NAME=coin-toss RECORD=1"
    assert results.unrecorded(FOLDER, place, "") == ""


def below_a_post(address: str) -> str:
    block = Environment().from_string((ROOT / "overrides/partials/evidence.html").read_text(encoding="utf-8"))
    block.environment.filters["url"] = str
    evidence = {**RECORD["recorded"], "lab": "coin-toss"}
    return block.render(config={"repo_url": address}, page={"meta": {"evidence": evidence}})


@pytest.mark.parametrize("address", ["https://git.example/me/writing.git", "https://git.example/me/writing/"])
def test_the_folder_that_a_clone_makes_is_named_below_a_post_as_on_the_lab_s_page(address):
    assert f"git clone {address} &amp;&amp; cd writing\n" in below_a_post(address)
    assert "cd writing\n" in html.unescape(filled(PARTS, FOLDER, {}, address))


def test_where_no_repository_is_known_a_post_says_that_a_clone_is_needed_as_the_lab_s_page_does():
    assert "To run it again in a clone of this site's repository:" in below_a_post("")
    assert "in a clone of this site's repository" not in below_a_post("https://git.example/me/writing.git")
    assert "in a clone of this site's repository" in html.unescape(filled(PARTS, FOLDER, {}, ""))
