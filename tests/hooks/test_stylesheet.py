"""CSS is read as browsers read it; what pages can use comes at once, what only a script can use comes with it."""

from __future__ import annotations

import pytest
from css import sheets
from css_cascade import standing
from css_rules import parsed, usable
from css_text import nodes

USED = frozenset({"a", "p", "nav", "md-nav", "open", "svg", "href", "main", "type", "id", "__toc", "for"})


def now(css: str, there: str = "a p b", later: str = "late") -> str:
    return sheets(css, frozenset(there.split()), frozenset(later.split()))[0]


def late(css: str, there: str = "a p b", later: str = "late") -> str:
    return sheets(css, frozenset(there.split()), frozenset(later.split()))[1]


@pytest.mark.parametrize(
    "css, tree",
    [
        ("a{b:c;d:e}", [("a", [("b:c", None), ("d:e", None)])]),
        ("a { b : c ; } /* no { rule */ p{}", [("a", [("b : c", None)]), ("p", [])]),
        ("a{b:'};{';c:d}", [("a", [("b:'};{'", None), ("c:d", None)])]),
        (r'a{b:"\"}";c:d}', [("a", [(r'b:"\"}"', None), ("c:d", None)])]),
        ("a{b:url(data:x;base64,/*{==);c:d}", [("a", [("b:url(data:x;base64,/*{==)", None), ("c:d", None)])]),
        ('a{b:"/* text */"}', [("a", [('b:"/* text */"', None)])]),
        ("@media x{a{b:c}p{d:e}}", [("@media x", [("a", [("b:c", None)]), ("p", [("d:e", None)])])]),
        ('@charset "utf-8";a{b:c}', [('@charset "utf-8"', None), ("a", [("b:c", None)])]),
        ("", []),
    ],
)
def test_css_is_read_into_a_tree(css, tree):
    assert nodes(css) == tree


def test_a_brace_too_many_and_what_is_no_declaration_are_refused():
    for css in ("a{b:c}}p{d:e}", "a{b:c", "a{colour red}", "@media x{a{b:c}", "a{b{c:d}}"):
        with pytest.raises(ValueError, match=r"[{}] too many|is no declaration"):
            now(css)


@pytest.mark.parametrize(
    "selector",
    [
        "a", "*", ".md-nav", "p>.md-nav a", "#__toc", "[open]", "[type=checkbox]", "a:hover", "a::before", "a:not(.no)",
        "nav :is(a,.no)", ".md-nav:has(svg) a", ":is(nav:not(.no),.no)", '[href^="no"]', "[for=__toc]", "a:not([no])",
        "p:nth-child(2n+1)", ":root", "::-webkit-scrollbar", "[id]>a",
    ],
)  # fmt: skip
def test_a_selector_of_which_every_name_is_on_a_page_can_be_used(selector):
    assert usable(selector, USED)


@pytest.mark.parametrize(
    "selector",
    [
        ".no",
        "no",
        "a.no",
        "#no",
        "[no]",
        "[for=no]",
        "a .no",
        ":is(.no,no)",
        "a:has(.no)",
        ".md-nav--no",
        "nav :is(p.no)",
    ],
)
def test_a_selector_with_a_name_that_is_on_no_page_cannot(selector):
    assert not usable(selector, USED)


@pytest.mark.parametrize(
    "css, left",
    [
        ("a{b:1;c:2}a{b:3}", "a{c:2}a{b:3}"),
        ("a{b:1}a{b:2}", "a{b:2}"),
        ("a{b:1!important}a{b:2}", "a{b:1!important}a{b:2}"),
        ("a,p{b:1}a{b:2}", "p{b:1}a{b:2}"),
        ("a{b:1}@media x{a{b:2}}", "a{b:1}@media x{a{b:2}}"),
        ("@media x{a{b:1}}a{b:2}", "a{b:2}"),
        ("@media x{a{b:1}}@media y{a{b:2}}", "@media x{a{b:1}}@media y{a{b:2}}"),
        ("@media x{a{b:1}}@media x{a{b:2}}", "@media x{a{b:2}}"),
        ("a{b:1}a b{b:2}", "a{b:1}a b{b:2}"),
        ("a{margin-top:1;margin-x:2}a{margin:3}", "a{margin:3}"),
        ("a{border-radius:1}a{border:2}", "a{border-radius:1}a{border:2}"),
        ("a{margin:1}a{margin-top:2}", "a{margin:1}a{margin-top:2}"),
        ("a{b:1;b:calc(2)}", "a{b:1;b:calc(2)}"),
        ("a::before{b:1}a:before{b:2}", "a:before{b:2}"),
    ],
)
def test_only_what_a_later_rule_of_the_same_selector_and_condition_overrules_goes(css, left):
    assert now(css) == left


def test_the_bodys_variables_take_the_place_of_those_above_it():
    css = ":root{--x:1;--y:2}[data-md-color-scheme]{--x:3}a{b:var(--x) var(--y)}"
    assert now(css, "a data-md-color-scheme") == ":root{--y:2}[data-md-color-scheme]{--x:3}a{b:var(--x) var(--y)}"


def test_a_variable_comes_with_the_first_rule_that_uses_it_even_by_way_of_another():
    css = "a{--x:var(--y);--y:1;--z:2;--w:3}p{c:var(--x)}.late{c:var(--z)}"
    assert now(css) == "a{--x:var(--y);--y:1}p{c:var(--x)}"
    assert late(css) == "a{--z:2}.late{c:var(--z)}"


def test_what_only_a_script_can_use_comes_with_the_script():
    css = "a,.late{c:1}@media x{.late{d:2}.no{e:3}}@media y{.no{f:4}}"
    assert now(css) == "a{c:1}"
    assert late(css) == ".late{c:1}@media x{.late{d:2}}"


def test_keyframes_go_where_they_are_used_and_a_page_rule_stays():
    css = "@keyframes k{0%{b:1}to{b:2}}@keyframes l{to{b:3}}@page{margin:1mm}a{animation:k 1s}.late{animation:l 1s}"
    assert now(css) == "a{animation:k 1s}@keyframes k{0%{b:1}to{b:2}}@page{margin:1mm}"
    assert late(css) == ".late{animation:l 1s}@keyframes l{to{b:3}}"


@pytest.mark.parametrize(
    "css, short",
    [
        ("a > p , a + b { c : 0.5rem ; d : x, 0.25s }", "a>p,a+b{c:.5rem;d:x,.25s}"),
        ('a[b="p"] { c: 1 }', "a[b=p]{c:1}"),
        ('a[b^="#p"]::after { content: " 0.5, x" }', 'a[b^="#p"]:after{content:" 0.5, x"}'),
        ("a { b: c !important; d: calc(1px + 0.5px) }", "a{b:c!important;d:calc(1px + .5px)}"),
        ("@media screen and (min-width: 60em) { a { b: 10.5pt } }", "@media screen and (min-width:60em){a{b:10.5pt}}"),
        ('a{b:url("x, 0.5.svg")}', 'a{b:url("x, 0.5.svg")}'),
    ],
)
def test_what_says_nothing_is_left_out_and_texts_are_left_alone(css, short):
    assert now(css) == short


def test_nothing_else_changes_in_the_order_of_rules():
    rules = list(parsed(nodes("a{b:1}p{b:2}b{b:3}a{c:4}"), frozenset("apb"), frozenset("apb")))
    assert standing(rules) == rules
