"""What a model writes is read whatever dress it wears, and what cannot be read is never called wrong."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from labs.lambda_calculus_benchmark import solvers, terms
from labs.lambda_calculus_benchmark.answers import Unreadable, read
from labs.lambda_calculus_benchmark.grading import judge
from labs.lambda_calculus_benchmark.notation import parse, show
from labs.lambda_calculus_benchmark.terms import key

QUESTION = "λy.(λx.λy.x) y"
TRUTH = {"key": "λ λ 1", "term": QUESTION, "procedures": {"never renames": "λ λ 0"}}


def closed(seed, size):
    """A closed normal form, or None."""
    found, _, _ = terms.normalise(terms.nameless(terms.draw(random.Random(seed), size)))
    return None if found is None else terms.named(found)


normal_forms = st.builds(closed, st.integers(0, 10**6), st.integers(2, 30)).filter(bool)


def names_of(term):
    return {term} if isinstance(term, str) else {n for part in term if part != "λ" for n in names_of(part)}


@st.composite
def renamed(draw, source=normal_forms):
    """A normal form with other names for its binders: letters, primes, digits, Greek, long ones."""
    term = draw(source)
    pool = draw(st.sampled_from(["abcdefgh", "xyzuvw", ["x'", "x''", "y'", "y''"], ["x1", "x2", "x3"], "αβγδμ"]))
    taken: dict[str, str] = {}

    def rename(t, scope, depth):
        if isinstance(t, str):
            return scope[t]
        if len(t) == 2:
            return (rename(t[0], scope, depth), rename(t[1], scope, depth))
        name = pool[depth % len(pool)] + ("" if depth < len(pool) else str(9 + depth))
        taken[t[1]] = name
        return ("λ", name, rename(t[2], {**scope, t[1]: name}, depth + 1))

    return rename(term, {}, 0)


def brackets(term):
    """A term with more brackets than it needs."""
    if isinstance(term, str):
        return f"({term})"
    if len(term) == 3:
        return f"(λ{term[1]}.{brackets(term[2])})"
    return f"({brackets(term[0])} {brackets(term[1])})"


def latex(text):
    return text.replace("λ", r"\lambda ").replace(".", r".\,").replace("'", r"^{\prime}")


NOTATION = [
    lambda t: show(t),
    lambda t: brackets(t),
    lambda t: show(t).replace("λ", "\\"),
    lambda t: show(t).replace("λ", "\\").replace(".", " -> "),
    lambda t: show(t).replace("λ", "λ ").replace(".", " . "),
    lambda t: show(t).replace("λ", "lambda ").replace(".", ". "),
    lambda t: show(t).replace("λ", "fun ").replace(".", " => "),
    lambda t: f"${latex(show(t))}$",
    lambda t: rf"\({latex(show(t))}\)",
    lambda t: rf"$\boxed{{{latex(brackets(t))}}}$",
]
DRESS = [
    lambda s: s,
    lambda s: f"`{s}`",
    lambda s: f"**{s}**",
    lambda s: f"**{s}**.",
    lambda s: f"{s}.",
    lambda s: f"= {s}",
    lambda s: f"→ {s}",
    lambda s: f"Answer: {s}",
    lambda s: f"**Answer:** {s}.",
    lambda s: f"Final answer: {s}",
    lambda s: f"The final term is {s}.",
    lambda s: f"The normal form is {s}",
    lambda s: f"So we get {s}.",
    lambda s: f"```\n{s}\n```",
    lambda s: f"```text\n{s}\n```\n",
    lambda s: f"- {s}",
    lambda s: f"1. {s}",
    lambda s: f"> {s}",
    lambda s: f"({s})",
    lambda s: f"[{s}]",
    lambda s: f"“{s}”",
    lambda s: f"{s}\n\nNo redex is left, so this is the normal form.",
    lambda s: f"First I rename, then I substitute.\n\n{s}",
    lambda s: f"Step 1: (λp.p) (λq.q)\n\nStep 2: done\n\n**Answer**: {s}",
    lambda s: f"(λp.p) (λq.q q)\n= {s}",
    lambda s: f"<think>Perhaps λp.p, or λp.λq.q.</think>\n{s}",
    lambda s: f"<answer>{s}</answer>",
    lambda s: f'{{"answer": "{s}"}}' if "\\" not in s else s,
    lambda s: f"{s} is the answer" if "boxed" in s else f"Answer: {s} (after renaming)",
]


def truth(term, **more):
    return {"key": key(term), "term": QUESTION, "procedures": {}, **more}


@settings(max_examples=400, deadline=None)
@given(renamed(), st.sampled_from(NOTATION), st.sampled_from(DRESS))
def test_a_right_answer_is_right_in_every_dress(term, notation, dress):
    verdict = judge(dress(notation(term)), truth(term))
    assert verdict.verdict == "right", verdict


@settings(max_examples=300, deadline=None)
@given(renamed(), renamed(), st.sampled_from(NOTATION), st.sampled_from(DRESS))
def test_a_wrong_answer_is_wrong_in_every_dress(term, other, notation, dress):
    assume(key(term) != key(other))
    verdict = judge(dress(notation(other)), truth(term))
    assert verdict.verdict == "wrong", verdict


@settings(max_examples=300, deadline=None)
@given(renamed(), st.sampled_from(NOTATION[:7]), st.integers(1, 400))
def test_an_answer_that_was_cut_off_is_never_called_right_and_wrong_only_where_a_term_is_left(term, notation, cut):
    whole = notation(term)
    part = whole[: max(1, len(whole) - cut)]
    verdict = judge(part, truth(term)).verdict
    if verdict == "wrong":
        assert any(key(t) for t in read(part, set("xyz")))
    if verdict == "right":
        assert key(term) in {key(t) for t in read(part, set("xyz"))}


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ,;!?\n", max_size=200))
def test_prose_without_a_lambda_is_unreadable(text):
    assume(not set(text.split()) <= set("xyz") or not text.split())
    assert judge(text, TRUTH).verdict == "unreadable"


@settings(max_examples=300, deadline=None)
@given(renamed(), renamed(), st.sampled_from(["{} or {}", "{}; {}", "{}\nHmm, maybe {}", "{}, {}"]))
def test_two_different_terms_without_a_sign_which_is_meant_are_unreadable(one, other, between):
    assume(key(one) != key(other))
    assert judge(between.format(show(one), show(other)), truth(other)).verdict == "unreadable"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="λ\\.()[]{} xyzab'1$*`=→:\n", max_size=80))
def test_any_text_gets_a_verdict_and_a_wrong_one_names_a_term(text):
    verdict = judge(text, TRUTH)
    assert verdict.verdict in ("right", "wrong", "unreadable")
    assert bool(verdict.found) == (verdict.verdict != "unreadable")


@pytest.mark.parametrize(
    ("text", "verdict", "why"),
    [
        ("λq.λr.q", "right", ""),
        (r"$\lambda q.\lambda r.q$", "right", ""),
        ("λqr.q", "right", ""),  # two binders without a space
        ("λq.λr. q is in normal form", "right", ""),
        ("λx₁.λx₂.x₁", "right", ""),
        ("𝜆a.𝜆b.a", "right", ""),
        ("λa.λb.a (K combinator)", "right", ""),
        ("λa.\n  λb.\n    a", "right", ""),
        (r"\begin{aligned}(\lambda x.x)(\lambda a.\lambda b.a) &= \lambda a.\lambda b.a\end{aligned}", "right", ""),
        (r"$(\lambda x.\lambda y.x) \to_\beta \lambda a.\lambda b.a$", "right", ""),
        (r"Answer: \\lambda a. \\lambda b. a", "right", ""),
        ('{"answer": "\\u03bba.\\u03bbb.a"}', "right", ""),
        ("λa.λb.a\n\nFirst λy.(λx.λy.x) y becomes λy.(λx.λb.x) y, then → λy.λb.y", "right", ""),
        ("Normal form: λy.λz.y (up to α-equivalence: λa.λb.a)", "right", ""),
        ("λy.λz.y = K, the K combinator", "right", ""),
        ("λy.\u200bλz.y (β-normal)", "right", ""),
        ("λy. λ_. y<|im_end|>", "right", ""),
        ("λy．λz．y", "right", ""),
        ("The result is $\\lambda y. \\lambda z. y$, since $x := y$.", "right", ""),
        ("λy.λy.y", "wrong", "the answer of the solver that never renames"),
        ("λy.(λx.λa.x) y", "wrong", "equal to the key, but steps are left"),
        ("λy.λa.b", "wrong", "a variable that nothing binds"),
        ("x y", "wrong", "a variable that nothing binds"),
        ("λy.λa.a a", "wrong", "another term"),
        (OMEGA := "(λx.x x) (λx.x x)", "wrong", "another term"),
        ("The normal form is λy.λa.y, not λy.λy.y.", "right", ""),
        ("I rename: (λx.λy.x) y → λy.λa.y. Not λy.λy.y, which would capture.", "right", ""),
        ("Not λy.λy.y, rather λy.λa.y", "right", ""),
        ("λy.λy.y, not λy.λa.y", "wrong", "the answer of the solver that never renames"),
        ("The answer is not λy.λy.y", "unreadable", "no λ"),
        ("λy.λa.y\n\nCheck: (λx.λy.x) y → λa.y ✓", "right", ""),
        ("λy.λa.y\n\nCheck: (λx.λy.x) y → λa.a ✗", "unreadable", "two different terms"),
        ("y => a => y", "right", ""),
        ("(y) => (a) => y", "right", ""),
        ("(fn y => fn a => y)", "right", ""),
        ("(lambda (y) (lambda (a) y))", "right", ""),
        ("I cannot", "unreadable", "no λ"),
        ("K", "unreadable", "no λ"),
        ("λy.", "unreadable", "is no term"),
        ("λλ1", "unreadable", "is no term"),
        ("(λa.λb.a", "unreadable", "is no term"),
        ("λa.λb.a.b", "unreadable", "is no term"),
        ("λa.λb.K x", "unreadable", "K is bound by nothing"),
        ("λa.λb.a or λa.λb.b", "unreadable", "two different terms"),
        ("First apply (λx.λy.x) to y", "unreadable", "middle of a sentence"),
        ("We substitute y in (λx.λy.x) y.\nThen", "unreadable", "no closed normal form"),
        ("", "unreadable", "no λ"),
    ],
)
def test_an_answer_gets_the_verdict_it_deserves_and_the_reason(text, verdict, why):
    found = judge(text, TRUTH)
    assert (found.verdict, why in found.why) == (verdict, True)


def test_a_long_answer_is_read_from_its_end_and_deep_brackets_do_no_harm():
    assert judge("λp.p\n" * 20_000 + "λa.λb.a", TRUTH).verdict == "right"
    assert judge("Answer: " + "(" * 9_000 + "λa.λb.a" + ")" * 9_000, TRUTH).verdict == "right"


def test_where_letters_may_be_one_name_or_two_both_readings_count():
    assert {key(term) for term in read("λxy.xy")} == {"λ 0", "λ λ @ 1 0"}
    assert [key(term) for term in read("λx.λy.xy")] == ["λ λ @ 1 0"]
    with pytest.raises(Unreadable):
        read("λx.foo x")


def test_the_known_bad_graders_fail_where_this_one_does_not():
    from labs.lambda_calculus_benchmark import dressed

    bad = sum(dressed.last_line(dress("λa.λb.a"), "λa.λb.a", QUESTION) == "wrong" for dress in dressed.DRESS.values())
    ours = [dressed.this_one(dress("λa.λb.a"), "λc.λd.c", QUESTION) for dress in dressed.DRESS.values()]
    assert bad > len(ours) / 2
    assert set(ours) == {"right"}


def test_a_term_parses_back_after_solving():
    assert key(parse(show(solvers.SOLVERS["right"](parse(QUESTION))))) == TRUTH["key"]
