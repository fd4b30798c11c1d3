"""CSS is read as browsers read it; what pages can use comes at once, what only a script can use comes with it."""

from __future__ import annotations

import pytest
import tinycss2
from writing.build import PluginError
from writing.css.cascade import effective
from writing.css.names import page_words, tags
from writing.css.rules import ACTED, parsed, usable
from writing.css.shapes import matching, shape
from writing.css.sheets import first, whole
from writing.css.stylesheet import filled, made, style

USED = frozenset({"a", "p", "nav", "md-nav", "open", "svg", "href", "main", "type", "id", "__toc", "for"})


def critical(css: str, on_page: str = "a p b") -> str:
    return first((css,), frozenset(on_page.split()))


def complete(css: str, used: str = "a p b late") -> str:
    return whole((css,), frozenset(used.split()))


@pytest.mark.parametrize(
    "css, line",
    [
        ("p{a:b}\na{b:c}}p{d:e}", 2),
        ("a{b:c}\n}", 2),
        ("a{colour red}", 1),
        ("@media x{\na{b c}}", 2),
        ("a{b:c p{d:e}", 1),
        ("/* { */ a{\n/* of\nthree lines */ b c}", 3),
    ],
)
def test_a_brace_too_many_and_what_is_no_declaration_are_refused_with_their_line(css, line):
    with pytest.raises(ValueError, match=r"Unmatched|EOF|no declaration|rule within a rule") as refused:
        critical(css)
    assert refused.value.args[1] == line


@pytest.mark.parametrize(
    ("css", "said", "line"),
    [
        ("a{b:c}\n@import url(more.css);", "@import stands too late", 2),
        ("a{b:c}\n@namespace svg url(http://www.w3.org/2000/svg);", "@namespace stands too late", 2),
        ("@media x{\na{b:url( 'https://x.example/a.png')}}", "https://x.example/a.png is on another host", 2),
        ("@font-face{font-family:x;src:url(//x.example/a.woff2)}", "//x.example/a.woff2 is on another host", 1),
    ],
)
def test_what_a_stylesheet_would_ask_of_another_host_is_refused_with_its_line(css, said, line):
    with pytest.raises(ValueError, match=said) as refused:
        critical(css)
    assert refused.value.args[1] == line
    assert critical("/* https://x.example/ */a{b:url(data:,//)}") == "a{b:url(data:,//)}"


def test_rules_within_rules_are_refused_with_what_to_write():
    for css in ("a{b:c;\n&:hover{d:e}}", "a{b:c;\n@media x{d:e}}", "a{b:c;\n.x{d:e}}"):
        with pytest.raises(ValueError, match="a rule within a rule is not read here") as refused:
            critical(css)
        assert refused.value.args[1] == 2


def test_each_stylesheet_ends_where_its_file_does_and_a_fault_is_told_of_its_own_file():
    assert made(whole, {"one": "p{a:b", "two": "a{c:d}"}, ["p", "a"]) == "p{a:b}a{c:d}"
    with pytest.raises(PluginError, match=r"^one:2: this is no declaration"):
        made(whole, {"one": "p{\na b}", "two": "a{\n\nb:c}"}, ["p", "a"])


@pytest.mark.parametrize(
    "selector",
    [
        "a", "*", ".md-nav", "p>.md-nav a", "#__toc", "[open]", "[type=checkbox]", "a:checked", "a::before",
        "nav :is(a,.no)", ".md-nav:has(svg) a", ":is(nav:not(.no),.no)", '[href^="no"]', "[for=__toc]", "a:not([no])",
        "p:nth-child(2n+1)", ":root", "a:not(.no)", "::-webkit-scrollbar", "[id]>a",
    ],
)  # fmt: skip
def test_a_selector_of_which_every_name_is_on_a_page_can_be_used(selector):
    assert usable(tinycss2.parse_component_value_list(selector), USED)


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
        "a:hover",
        "a:focus-visible",
        "a::-ms-clear",
    ],
)
def test_a_selector_with_a_name_that_is_on_no_page_cannot(selector):
    assert not usable(tinycss2.parse_component_value_list(selector), USED)


def test_what_only_an_act_of_a_reader_can_cause_comes_with_the_script():
    css = "a{b:1}a:hover,a:checked{c:2}p a:active{d:3}a:focus-visible{e:4}a:not(:focus){f:5}"
    shows = "a:focus,a:focus-within{outline:6;g:7}a:focus{opacity:8}"  # where the focus is
    assert critical(f"{css}{shows}a:hover{{outline:9}}") == f"a{{b:1}}a:checked{{c:2}}a:not(:focus){{f:5}}{shows}"
    assert complete(css, " ".join(["a p", *ACTED])) == css


def test_what_shows_nothing_before_an_act_comes_with_the_script_and_its_order_stays():
    seen, unseen = "a{b:1}", "*{-webkit-tap-highlight-color:c;cursor:d}a{transition:e;outline:none}a{outline-color:f}"
    css = seen + unseen + "p{--cursor:f;color:var(--cursor)}"
    assert critical(css) == css.replace(unseen, "")
    assert complete(css) == css
    assert critical("a{cursor:b;all:unset}") == "a{cursor:b;all:unset}"  # or the former would come after the latter


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ("a:hover::before", "a"),
        ("::-webkit-scrollbar", "*"),
        (".a:not(.b)>c", ".a>c"),
        (".lazy .a~:nth-child(n+6)", "* .a~*"),
        ("[hidden]>a[open].js", "*>a"),
        ('[data-md-color-scheme="dark"] img[src$="#x"]', '* img[src$="#x"]'),
        ("a:is(:focus,b) :is(c, d) e", "a * e"),
        ('p:has(>[id^="x"])>b', "p>b"),
        ("ul li:last-child", "ul li:last-child"),
        (":root", ":root"),
        ("a:focus", "a"),
    ],
)
def test_what_is_asked_of_a_page_is_true_wherever_the_selector_matches_whatever_is_done(selector, wanted):
    assert shape(tinycss2.parse_component_value_list(selector)) == wanted


def test_a_selector_that_matches_in_no_page_is_found_though_its_names_occur():
    page = '<html class="no-js"><body><ul><li class="a"><p id="b">c</ul><ol><li hidden>d</ol>'
    kept = ["ul li", ":is(ul,dl) p", ".a p#b", ".a:hover", "html.js p", "li:not(.a)", "[hidden]", "ul~ol", "!"]
    kept += ["ul:has(p)", "ul:has(> li)", "ul:has(~ dl, + ol)", ":is(dl, ul) :is(dd, :hover)", "li:nth-child(1)"]
    none = [
        "ul ol",
        "ol p",
        ".a#b",
        "li>ul",
        "ol~ul",
        "ul:has(dl)",
        "ul:has(> a)",
        ":where(dl, a) p",
        "li:nth-child(2)",
    ]
    assert matching(page, [*kept, *none]) == kept


def test_what_matches_in_no_page_comes_with_the_script():
    css = "a{b:1}a b,p{c:2}@media x{a b{d:3}}"
    assert first((css,), frozenset("apb"), (), frozenset({"a b"})) == "a{b:1}p{c:2}"
    assert whole((css,), frozenset("apb")) == css


def test_the_closed_menu_of_a_narrow_screen_is_not_laid_out_and_its_rules_come_with_the_script():
    css = (
        "@media screen and (max-width:76.234375em){.md-nav--primary a{b:1}.md-nav a{c:2}}"
        "@media screen and (max-width: 59.98em){.md-nav__toggle~a{d:3}}"
        "@media (min-width:76.25em){.md-nav--primary a{e:4}}"
    )
    menu = "a md-nav md-nav--primary md-nav__toggle md-sidebar--primary"
    assert critical(css, menu) == (
        "@media screen and (max-width:76.234375em){.md-nav a{c:2}}@media (min-width:76.25em){.md-nav--primary a{e:4}}"
        "@media screen and (max-width:76.234375em){.early .md-sidebar--primary{display:none!important}}"
    )
    assert complete(css, menu) == css


@pytest.mark.parametrize(
    ("condition", "selector"),
    [
        ("(max-width:76em)", ".md-sidebar--primary~a"),
        ("(max-width:76em)", ".md-sidebar--primary[hidden]~a"),
        ("(max-width:76em)", "a:has(>.md-sidebar--primary)"),
        ("(max-width:76em)", ":is(.md-sidebar--primary,a)"),
        ("(max-width:76em)", "a:not(.md-nav--primary)"),
        ("not all and (max-width:30em)", ".md-nav--primary a"),
        ("(max-width:30em),(min-width:77em)", ".md-nav--primary a"),
        ("(max-width:77em)", ".md-nav--primary a"),
        ("(min-width:60em)", "a:not([data-md-toggle=search]:checked)"),
        ("(min-width:60em)", "a:checked"),
        ("(max-width:59.98em)", "[data-md-toggle=search]:checked~a"),
        ("(max-width:59.98em)", ".md-search__inner-x"),
        ("(min-width:60em)", ".md-search__inner"),
        ("(max-width:59.98em)", ".md-search__inner~a"),
        ("screen", ".md-overlay--mine"),
        ("screen", ".md-search__options a"),
        ("print", ".md-sidebar--primary"),
    ],
)
def test_what_may_show_outside_of_what_is_closed_comes_at_once(condition, selector):
    css = f"@media {condition}{{{selector}{{b:1}}}}"
    names = (
        "md-sidebar--primary md-nav--primary md-search__inner md-search__inner-x md-overlay--mine md-search__options"
    )
    assert critical(css, f"a data-md-toggle search hidden {names}").startswith(css)


@pytest.mark.parametrize(
    ("condition", "selector"),
    [
        ("(max-width:76em)", ".md-sidebar--primary"),
        ("screen and (max-width: 59.98em)", "a:checked~a .md-sidebar--primary>a"),
        ("(max-width:76em) and (min-width:60em)", ".md-nav--primary+a"),
        ("(min-width:60em)", "[data-md-toggle=search]:checked~a"),
        ("screen and (min-width:60em) and (max-width:76em)", "[data-md-toggle=search]:checked~a"),
        ("(min-width:30em) and (max-width:44.98em)", "a .md-search__inner"),
        ("screen", "[data-md-toggle=search]:checked~a .md-overlay"),
        ("screen", ".md-search__options>.md-icon"),
    ],
)
def test_what_shows_only_when_it_is_opened_comes_with_the_script(condition, selector):
    css = f"@media {condition}{{{selector}{{b:1}}}}"
    names = "md-sidebar--primary md-nav--primary md-search__inner md-overlay md-search__options md-icon"
    assert "b:1" not in critical(css, f"a data-md-toggle search {names}")


@pytest.mark.parametrize(
    "css, left",
    [
        ("BODY{--x:var(--y);--y:1}a{b:var(--x) var( --x,2)}", "BODY{--y:1}a{b:var(--y) var(--y,2)}"),
        ("BODY{--x:var(--y);--y:var(--z);--z:1}a{b:var(--x)}", "BODY{--z:1}a{b:var(--z)}"),
        ("BODY{--x:var(--y);--y:1}p{--y:2}a{b:var(--x)}",) * 2,
        ("@media x{BODY{--x:var(--y)}}BODY{--y:1}a{b:var(--x)}",) * 2,
        ("@keyframes k{to{--x:2}}BODY{--x:var(--y);--y:1}a{b:var(--x);animation:k}",) * 2,
        ("BODY{--x:var(--y);--y:1}@media x{BODY{--x:2}}a{b:var(--x)}",) * 2,
        ("BODY{--x:var(--y,3);--y:1}a{b:var(--x)}",) * 2,
        ("BODY{--x:var(--y);--y:var(--x)}a{b:var(--x)}",) * 2,
        ("BODY{--x:var(--y);--y:var(--z);--z:var(--x)}a{b:var(--x)}",) * 2,
        ("BODY{--x:var(--y);--y:1}a{b:VAR(--x)}",) * 2,
    ],
)
def test_a_variable_that_stands_for_another_everywhere_makes_room_for_it(css, left):
    css, left = (text.replace("BODY", "[data-md-color-scheme]") for text in (css, left))
    assert critical(css, "a p data-md-color-scheme") == left


def test_a_variable_that_an_element_sets_by_itself_stands_for_itself():
    css = "[data-md-color-scheme]{--x:var(--y);--y:1}a{b:var(--x)}"
    assert critical(css, "a data-md-color-scheme --x:2") == css


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
        ("a{b:1}a{b:revert-layer}", "a{b:1}a{b:revert-layer}"),
        ("a{margin-top:1}a{margin:revert}", "a{margin-top:1}a{margin:revert}"),
    ],
)
def test_only_what_a_later_rule_of_the_same_selector_and_condition_overrules_goes(css, left):
    assert critical(css) == left


def test_a_variable_with_a_sign_in_its_name_is_found_where_it_is_used_and_a_function_by_its_name():
    css = r"a{--x-0\.5:1;b:var(--x-0\.5)}"
    assert critical(css) == complete(css) == css
    function = "@function --twice(--n){result:calc(2*var(--n))}"
    assert critical(f"a{{b:--twice(3)}}{function}") == f"{function}a{{b:--twice(3)}}"


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("a{outline:none;b:1}p{outline-color:c}", "a{b:1}"),
        ("a{outline:none}p{outline:2px solid}",) * 2,
        ("a{outline-color:c}@media x{p{outline-style:solid}}",) * 2,
        ("a{outline:none}a:focus{outline:2px solid}", "a:focus{outline:2px solid}"),
        ("a{animation:none!important}", ""),
        ("a{animation:none}p{animation:k 1s}",) * 2,
        ("a{backface-visibility:hidden;scroll-snap-align:start}",) * 2,
    ],
)
def test_none_of_what_nothing_has_before_an_act_comes_with_the_script(css, left):
    assert critical(css) == left


def test_the_place_of_the_root_is_not_asked():
    kept = ["html:first-child p", "html:nth-child(1)", ":root:last-child", ":is(html:only-child) p"]
    assert matching('<html class="a"><body><p>b', kept) == kept


def test_the_bodys_variables_take_the_place_of_those_above_it():
    css = ":root{--x:1;--y:2}[data-md-color-scheme]{--x:3}a{b:var(--x) var(--y)}"
    assert critical(css, "a data-md-color-scheme") == ":root{--y:2}[data-md-color-scheme]{--x:3}a{b:var(--x) var(--y)}"


def test_a_variable_comes_with_the_first_rule_that_uses_it_even_by_way_of_another():
    css = "a{--x:var(--y);--y:1;--z:2;--w:3}p{c:var(--x)}.late{c:var(--z)}"
    assert critical(css) == "a{--x:var(--y);--y:1}p{c:var(--x)}"
    assert complete(css) == "a{--x:var(--y);--y:1;--z:2}p{c:var(--x)}.late{c:var(--z)}"


def test_what_only_a_script_can_use_comes_with_the_script():
    css = "a,.late{c:1}@media x{.late{d:2}.no{e:3}}@media y{.no{f:4}}"
    assert critical(css) == "a{c:1}"
    assert complete(css) == "a,.late{c:1}@media x{.late{d:2}}"


def test_keyframes_go_where_they_are_used_and_a_page_rule_stays():
    css = "@keyframes k{0%{b:1}to{b:2}}@keyframes l{to{b:3}}@page{margin:1mm}a{animation:k 1s}.late{animation:l 1s}"
    assert critical(css) == "@keyframes k{0%{b:1}to{b:2}}@page{margin:1mm}a{animation:k 1s}"
    assert complete(css) == css
    within = "a{animation:k}@media x{@keyframes k{to{b:1}}}"
    assert critical(f"{within}@keyframes k{{to{{b:2}}}}") == f"@keyframes k{{to{{b:2}}}}{within}"  # or it would lose


def test_how_a_box_begins_is_said_where_it_was_said():
    css = "a{b:1}@starting-style{a{b:2}}p{b:3}"
    assert critical(css) == complete(css) == css


@pytest.mark.parametrize(
    "css",
    [
        "a{--x:1;b:var( --x , 2)}",
        "@keyframes k{to{b:var(--x)}}a{--x:1;animation:k}",
        "a{--größe:1;b:var(--größe)}",
        "@supports (a:b){@keyframes k{to{b:1}}a{animation:k}}",
        "@media print{@page{margin:1mm}}",
        'A[TITLE="a b"]{b:1}',
        '[href="x"]{b:1}',
        "a{--x:1;b:VAR(--x)}",
        "@container style(--x:1){a{--x:1;b:1}}",
        "a[href=x i]{b:1}",
        "@scope (a) to (p){:scope{b:1}a{c:2}}",
        "a[TITLE=x]{b:1}",
        "a[title='']{b:1}",
        "a[title=X]{b:1}",
        '@keyframes "k"{to{b:1}}a{animation:k}',
    ],
)
def test_what_a_page_can_use_is_kept_however_it_is_written(css):
    kept = critical(css, "a TITLE href title")
    assert kept.count("{") == css.count("{")
    assert [part for part in css.replace("}", ";").split(";") if "{" not in part and part not in kept] == []
    assert ("--" in kept) == ("--" in css)
    assert kept.count("--x") == css.count("--x")


def test_layers_keep_their_order_even_if_the_first_comes_with_the_script():
    css = "@layer low{.late{b:1}}@layer high{a{b:2}}"
    assert critical(css, "a") == "@layer high;@layer high{a{b:2}}"
    assert critical(css, "a late") == f"@layer low,high;{css}"
    assert critical("@layer b,a;@layer a{a{c:1}}@layer b{a{c:2}}").startswith("@layer b,a;")
    assert critical("@media x{@layer a{@layer low{a:hover{b:1}}@layer high{a{b:2}}}}", "a hover") == (
        "@layer a,a.low,a.high;@media x{@layer a{@layer low{a:hover{b:1}}@layer high{a{b:2}}}}"
    )
    unnamed = "@layer unnamed-1,unnamed-2;@layer unnamed-1{a{b:1}}@layer unnamed-2{a{b:2}}"
    assert critical("@layer{a{b:1}}@layer{a{b:2}}") == unnamed


def test_what_a_scope_says_counts_beside_what_is_said_without_one():
    assert critical("@scope (p){a{b:1}}a{b:2}") == "@scope (p){a{b:1}}a{b:2}"


def test_a_variable_that_a_page_sets_or_uses_by_itself_is_kept():
    assert critical("a{--x:1;--y:2}", "a color:var(--x)") == "a{--x:1}"
    assert critical("a{--x:1;--y:2}", "a --y") == "a{--y:2}"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p class='a b'>", {"p", "class", "a", "b"}),
        ("<P CLASS=a>", {"p", "class", "a"}),
        ('<p title="x > y" class="a">', {"p", "title", "class", "a"}),
        ("<p data-x = 'a'>a > b</p>", {"p", "data-x", "a"}),
        ('1 < 2 <b>it\'s</b> <i class="x">', {"b", "i", "class", "x"}),
        ('<p a:b="c">', {"p", "a:b", "c"}),
        ('<p class="a&amp;b caf&eacute;" _x @y.z="1">', {"p", "class", "a&b", "café", "_x", "@y.z", "1"}),
        ('<p dir="RTL">', {"p", "dir", "RTL", "rtl"}),
    ],
)
def test_the_names_of_a_page_are_read_as_a_browser_reads_them(html, words):
    assert page_words(tags(html)) == words


@pytest.mark.parametrize("css", ['a{b:"x\n}p{c:1}', 'a{b:"x', "a{b:url(x y)}", "@media x{a{b:'x\n'}}"])
def test_a_text_or_an_address_that_does_not_end_is_refused(css):
    with pytest.raises(ValueError):
        critical(css)


def test_an_address_in_a_stylesheet_that_lies_deeper_leads_from_its_folder():
    rules = made(whole, {"assets/a.css": "a{b:url(x)}", "assets/more/b.css": "p{b:url(../x)}"}, ["a", "p"])
    assert style("", "", rules).startswith(
        '<style data-late="">a{b:url("assets/x")}p{b:url("assets/more/../x")}</style>'
    )


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("a{b:url(x.png)}", 'a{b:url("../assets/x.png")}'),
        ("a{b:url( 'x.png' )}", 'a{b:url( "../assets/x.png" )}'),
        ('@media x{a{b:image-set("x.png" 1x)}}', '@media x{a{b:image-set("../assets/x.png" 1x)}}'),
        ("@font-face{font-family:a;src:url(../f.woff2)}", '@font-face{font-family:a;src:url("../assets/../f.woff2")}'),
        ("a{b:url(data:,x) url(#x) url(/x) url(x:y)}",) * 2,
        ('a{b:url(data:,x) "url(x.png)"}', 'a{b:url(data:,x) "url(x.png)"}'),
        ("a{b:local(x) url(x)}", 'a{b:local(x) url("../assets/x")}'),
    ],
)
def test_an_address_leads_from_the_page_where_it_led_from_the_stylesheet(written, seen):
    rules = critical(written)
    assert style("late.site.css", "../", rules).startswith(f'<style data-late="late.site.css">{seen}</style>')
    assert critical(written) == rules  # what has been read once is not changed again


def test_no_rule_ends_the_style_that_holds_it():
    html = style("late.site.css", "", critical('a{b:"</style><b>"}a{c:"</Style "}'))
    assert html.count("</style") == 1
    assert html.startswith('<style data-late="late.site.css">a{b:"<\\/style><b>"}a{c:"<\\/Style "}</style><noscript>')


def test_a_page_gets_its_rules_and_any_other_page_is_left_alone():
    page = f"<p>{style('late.1.css', '../../', 'a{b:1}')}<pre>{style('late.1.css', '../../')}"
    mended = page.replace(style("late.1.css", "../../", "a{b:1}"), style("late.2.css", "../../", "a{b:2}"))
    assert filled(page, "late.2.css", "a{b:2}") == mended
    assert filled("<p>", "x", "y") == "<p>"


def test_nothing_else_changes_in_the_order_of_rules():
    tree = tinycss2.parse_stylesheet("a{b:1}p{b:2}b{b:3}a{c:4}")
    rules = list(parsed(tree, frozenset("apb")))
    assert effective(rules) == rules
