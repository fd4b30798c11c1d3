"""What the worlds show: names, filters, keys, wrong labels, and pairs of sentences."""

from __future__ import annotations

import re
from itertools import product

from labs.memory_attribution_failures import pairs, texts
from labs.memory_attribution_failures.pipeline import BROKEN, FIELDS, SAID, TESTS, Pipeline, first_lost_hop, swapped
from labs.memory_attribution_failures.worlds import OUTCOMES, Query, cut_for, shares
from labs.record import Results

NAMED = texts.KINDS[1:]
FIRST = "first names"
GUESSES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.5)
NEAR = (0.55, 0.6)
NOISE = (0.0, 0.05, 0.1, 0.2)
OWNER, BOTH, KEY = Query(owner=True), Query(owner=True, speaker=True), Query(owner=True, speaker=True, pick="newest")
NEARBY = [Query(owner=True, speaker=True, pick="newest", near=bound) for bound in NEAR]
CHECKED = Query(owner=True, speaker=True, pick="newest", named=True)


def short(kind: str) -> str:
    """A kind of name as part of a result's name."""
    return "_".join(re.findall(r"[a-z0-9]+", kind.lower()))


def names(r: Results, seed: int) -> dict[str, tuple[float, float]]:
    """Leaks to another user by kind of name: where the answer is stored, and where it is not."""
    leaks, rows, cut, lexical = {}, [], {}, {}
    for kind in texts.KINDS:
        arms = {"none": Query(), "words": Query(words=True), "cut": Query(cut=cut_for(seed, kind)), "owner": OWNER}
        for arm, query in arms.items():
            known, gone = (shares(seed, query, kind, missing=m)["other user"] for m in (False, True))
            rows.append([f"{kind}, {arm}", known, gone])
            says = f"names: {kind}; read query: {arm}; answers that are another user's"
            r.add(f"leak_{short(kind)}_{arm}", known, f"{says}, the fact being stored", "share")
            r.add(f"gone_{short(kind)}_{arm}", gone, f"{says}, the user never having said it", "share")
        leaks[kind] = (rows[-4][1], rows[-4][2])
        lexical[kind], cut[kind] = (rows[-3][1], rows[-3][2]), rows[-2][2]
    r.table("by_name", "answers that are another user's, by kind of name and read query",
            ["Names, read query", "Fact stored", "Never said"], rows)  # fmt: skip
    zero = [row[1:] for row in rows if row[0].endswith(", owner")]
    r.claim("names_look_safe", all(leaks[k][0] < 0.005 for k in (FIRST, "look-alikes")) and leaks["User"][0] > 0.85, (
        "Without a filter, fewer than one answer in 200 is another user's where the fact is stored under a first name "
        "or a look-alike of one; where the text says User, more than 85%."
    ))  # fmt: skip
    shy = [leaks[k] for k in (FIRST, "look-alikes")]
    r.claim("names_hide_the_leak", all(known < 0.005 and gone > 0.15 for known, gone in shy), (
        "Under first names and look-alikes, unfiltered, fewer than one answer in 200 is another user's where the fact "
        "is stored, and more than 15% are where the user never said it."
    ))  # fmt: skip
    r.claim("absence_leaks", all(leaks[k][1] > 0.15 for k in NAMED) and all(z == [0, 0] for z in zero), (
        "Asked for what the user never said, more than 15% of the unfiltered answers are another user's under every "
        "kind of name; with the owner filter and right labels none is, by construction."
    ))  # fmt: skip
    r.claim("serial_ids_leak", leaks["serial ids"][1] > 0.85 and leaks["serial ids"][0] > 0.1, (
        "With serial ids more than 85% of the unfiltered answers to what the user never said are another user's, and "
        "more than a tenth where the fact is stored."
    ))  # fmt: skip
    r.claim("cut_is_no_filter", all(cut[k] > 0.4 for k in ("hex ids", "serial ids")) and cut["look-alikes"] > 0.2, (
        "A similarity cut-off that still answers 95% of the stored questions leaves more than two fifths of the "
        "answers another user's under both kinds of ids, and more than a fifth under look-alikes."
    ))  # fmt: skip
    r.claim("words_help_by_half", all(0.1 < lexical[k][1] < leaks[k][1] and lexical[k][0] < 0.005 for k in NAMED), (
        "BM25 added to the cosine ends the leak where the fact is stored and lowers it where it is not; more than a "
        "tenth stays under every kind of name."
    ))  # fmt: skip
    return leaks


def fields(r: Results, seed: int) -> None:
    """Every set of the three fields, then weaker ways to tell new from old."""
    rows = []
    for kind, owner, speaker, newest in product(("User", FIRST), *[(False, True)] * 3):
        got = shares(seed, Query(owner, speaker, "newest" if newest else "nearest"), kind)
        used = [f for f, on in zip(("owner", "speaker", "key"), (owner, speaker, newest), strict=True) if on]
        rows.append([f"{kind}: {' + '.join(used) or 'none'}", *(got[o] for o in OUTCOMES)])
    r.table("by_fields", "answers by the fields that the read query uses", ["Text: fields", *OUTCOMES], rows)
    r.add("questions", 20 * 80, "questions an arm: 20 worlds of ten users and eight slots")
    lottery = {k: shares(seed, OWNER, FIRST, values=k) for k in (1, 2, 3)}
    for k, got in lottery.items():
        r.add(f"owner_right_{k}", got["right"], f"owner filter, {k} values said and one suggested: right", "share")
    r.claim("owner_leaves_lottery", all(abs(g["right"] - 1 / (k + 1)) < 0.1 for k, g in lottery.items()), (
        "With the owner filter alone the answer is right about as often as a draw among the values that are stored for "
        "the slot, one suggested and one, two or three said; nothing in the text tells them apart."
    ))  # fmt: skip
    arms = {"none": shares(seed, Query(), FIRST), "owner": shares(seed, OWNER, FIRST)}
    arms |= {"owner + speaker": shares(seed, BOTH, FIRST), "key": shares(seed, KEY, FIRST)}
    guess = {g: shares(seed, Query(True, True, g), FIRST) for g in GUESSES}
    recent = {w: shares(seed, Query(True, True, recency=w), FIRST) for w in WEIGHTS}
    early = shares(seed, Query(owner=True, pick="newest"), FIRST)
    r.add("early_key_suggested", early["suggested"], "first names, owner and key, no speaker: suggested", "share")
    r.claim("key_before_speaker", early["suggested"] > 0.95 and arms["owner"]["suggested"] < 0.4, (
        "With owner and a known key but no speaker, more than 95% of the answers are what the assistant suggested, by "
        "construction, as it comes last here; with the owner alone fewer than 40% are."
    ))  # fmt: skip
    arms["guess"] = max(guess.values(), key=lambda g: g["right"])
    arms["recency"] = max(recent.values(), key=lambda g: g["right"])
    table = [
        ["“User”, no filter", shares(seed, Query(), "User")], ["first names, no filter", arms["none"]],
        ["owner", arms["owner"]], ["owner + speaker", arms["owner + speaker"]],
        ["… + best weight for recency", arms["recency"]], ["… + best guessed key", arms["guess"]],
        ["… + known key", arms["key"]],
    ]  # fmt: skip
    told = [[name, g["right"], g["other user"], 1 - g["right"] - g["other user"]] for name, g in table]
    r.table("by_query", "answers by read query", ["Read query", "right", "another user's", "otherwise wrong"], told)
    for arm, got in arms.items():
        r.add(f"right_{short(arm)}", got["right"], f"first names, {arm}: right", "share")
    r.table("by_guess", "guessed key: the newest row this near to the nearest one", ["Cosine", *OUTCOMES],
            [[g, *(v[o] for o in OUTCOMES)] for g, v in guess.items()])  # fmt: skip
    r.table("by_recency", "weight of recency in the score", ["Weight", *OUTCOMES],
            [[w, *(v[o] for o in OUTCOMES)] for w, v in recent.items()])  # fmt: skip
    best = max(arms["guess"]["right"], arms["recency"]["right"])
    r.claim("key_must_be_known", arms["key"]["right"] > 0.9 and best < arms["key"]["right"] - 0.1, (
        "With owner, speaker and a known key more than nine answers in ten are right; the best of five weights for "
        "recency and of eight guessed keys is more than ten points lower, though chosen on the same questions."
    ))  # fmt: skip
    wrong = {p: shares(seed, KEY, FIRST, key=p)["right"] for p in NOISE[1:]}
    for p, right in wrong.items():
        r.add(
            f"right_key_wrong_{p * 100:.0f}",
            right,
            f"first names, all fields, {p:.0%} of the keys wrong: right",
            "share",
        )
    like = arms["guess"]["right"]
    r.claim("wrong_keys_cost", wrong[0.05] > like + 0.02 and wrong[0.1] < like + 0.02 and wrong[0.2] < like - 0.1, (
        "With one key in twenty wrong, a stored key is better than the best guess by similarity by more than two "
        "points, with one in ten no longer, with one in five worse by more than ten."
    ))  # fmt: skip
    r.claim("speaker_leaves_a_coin", abs(arms["owner + speaker"]["right"] - 0.5) < 0.06, (
        "With owner and speaker, about half of the answers are right: one old value and one new, undistinguished."
    ))  # fmt: skip


def noise(r: Results, seed: int) -> list[tuple[str, list[float]]]:
    """Wrong owner labels under three read queries, wrong speaker labels under the whole one."""
    rows, drawn = [], []
    ways = {"nearest": BOTH, "key": KEY, "key + near": NEARBY[-1], "key + name": CHECKED}
    for kind, (way, query) in product((FIRST, "User"), ways.items()):
        got = [shares(seed, query, kind, owner=p) for p in NOISE]
        rows += [[p, f"{kind}, {way}", g["right"], g["other user"], g["old"]] for p, g in zip(NOISE, got, strict=True)]
        if kind == FIRST:
            drawn.append((way, [g["other user"] for g in got]))
            says = f"first names, a tenth of owner labels wrong, {way}"
            r.add(f"flip_leak_{short(way)}", got[2]["other user"], f"{says}: another user's", "share")
            r.add(f"flip_right_{short(way)}", got[2]["right"], f"{says}: right", "share")
    columns = ["wrong labels", "read query", "right", "another user's", "old"]
    r.table("by_noise", "answers when a share of the owner labels is wrong", columns, rows)
    leak = {way: values[2] for way, values in drawn}
    user = shares(seed, CHECKED, "User", owner=0.1)["other user"]
    r.claim("key_trusts_labels", leak["nearest"] < 0.01 < 0.05 < leak["key"], (
        "With a tenth of the owner labels wrong and first names in the text, fewer than one answer in a hundred is "
        "another user's if the nearest row is taken, and more than one in twenty if the newest of its slot is."
    ))  # fmt: skip
    kept = [[shares(seed, q, FIRST, owner=p)["right"] for p in NOISE] for q in (KEY, CHECKED)]
    more = [checked - bare for bare, checked in zip(*kept, strict=True)]
    r.claim("name_check_ends_it", leak["key + name"] == 0 < 0.05 < user and more[0] >= 0 and min(more[1:]) > 0.01, (
        "Taking only rows whose text begins with the asker's name ends that leak by construction; no fewer answers are "
        "right without wrong labels, and more at three rates of them; where the text says User it ends nothing."
    ))  # fmt: skip
    bare = [shares(seed, KEY, FIRST, **{label: 0.1})["right"] for label in ("key", "owner")]
    by_near = [[shares(seed, q, FIRST, **{label: 0.1})["right"] for label in ("key", "owner")] for q in NEARBY]
    spared = [shares(seed, q, FIRST)["right"] > kept[0][0] - 0.005 for q in NEARBY]
    half = [shares(seed, q, FIRST, owner=0.1)["other user"] < leak["key"] / 2 for q in NEARBY]
    r.add("near_right_wrong_key", by_near[-1][0], "a tenth of keys wrong, key and a cosine of 0.6: right", "share")
    more = [b - a for got in by_near for a, b in zip(bare, got, strict=True)]
    dear = shares(seed, KEY, "User")["right"] - shares(seed, NEARBY[-1], "User")["right"]
    r.claim("key_and_near", all(spared) and all(half) and min(more) > 0.01 and dear > 0.05, (
        "With first names in the text, if the newest row of the key must also reach a cosine of 0.55 or 0.6 with the "
        "nearest one, no half point is lost with right labels; with a tenth of the keys, or of the owners, wrong more "
        "is right; and with wrong owners less than half as many answers are another user's. Where the text says User, "
        "the bound of 0.6 loses more than five points with right labels."
    ))  # fmt: skip
    clean, bad = (shares(seed, KEY, FIRST, speaker=p)["right"] for p in (0.0, 0.1))
    r.add("speaker_flip_right", bad, "first names, a tenth of speaker labels wrong, all fields: right", "share")
    r.claim("wrong_speaker_counts_twice", abs(bad - 0.81 * clean) < 0.03 and clean - bad > 0.13, (
        "A tenth of the speaker labels wrong costs more than thirteen points, near the 19% that arithmetic gives: the "
        "newest fact must keep its label, and the suggestion after it must not gain one."
    ))  # fmt: skip
    return drawn


def sentences(r: Results) -> None:
    """Pairs of sentences, exactly."""
    won = {way: pairs.wins(way) for way in pairs.WAYS}
    total = {way: sum(w for w, _ in found.values()) for way, found in won.items()}
    count = sum(n for _, n in won["friend"].values())
    r.add("pairs", count, "pairs of sentences a way: four users, eight slots, twelve ordered pairs of values")
    for way, n in total.items():
        r.add(f"pairs_{short(way)}", n, f"pairs in which the rival is nearer: {way}")
    r.table("by_pair", "pairs in which the rival is nearer to the question, of 48", ["Slot", *pairs.WAYS],
            [[slot, *(won[way][slot][0] for way in pairs.WAYS)] for slot in texts.SLOTS])  # fmt: skip
    slots = {way: [w for w, _ in found.values()] for way, found in won.items()}
    r.add("friend_slots", sum(w > 0 for w in slots["friend"]), "slots in which a friend's fact is ever nearer")
    friend = slots["friend"]
    r.add("friend_most", max(friend), "pairs of 48 in which a friend's fact is nearer, in the slot with most")
    r.claim("friend_passes", total["friend"] > 0.05 * count and won["friend"]["plan"][0] == 0 and max(friend) > 10, (
        "A friend's fact is nearer to the question than the user's own in more than one pair in twenty: in none about "
        "the plan, in more than ten of 48 in other slots; owner and speaker are right on both."
    ))  # fmt: skip
    tag, asked = total["tagged"], total["tagged, asked by tag"]
    r.claim("tags_are_weak", 0.1 * count < asked < tag < 0.4 * count, (
        "Untagged, the assistant's sentence is nearer in half of the pairs, by symmetry; a tag that names the speaker "
        "brings that below two fifths, the tag in the question lower, and more than a tenth remains."
    ))  # fmt: skip
    r.claim("wording_moves_rank", min(slots["recommended"]) == 0 and max(slots["recommended"]) > 20, (
        "Worded as a recommendation, a suggestion is nearer than the user's own sentence in none to more than 20 of 48 "
        "pairs, depending on the slot."
    ))  # fmt: skip


def tests(r: Results) -> None:
    """Which of four tests see twelve ways to lose a field, and that none objects to losing nothing."""
    rows = [[name, sum(not test(b) for b in BROKEN)] for name, test in TESTS.items()]
    r.table("by_test", "broken pipelines, of twelve, that a test sees", ["Test", "Seen"], rows)
    for i, (name, seen) in enumerate(rows):
        r.add(f"test_{i}", seen, f"of twelve broken pipelines, those that the test sees: {name}")
    r.add("broken", len(BROKEN), "pipelines with one field lost at one hop: three fields, four hops")
    right = all(first_lost_hop(b, SAID[b.field], swapped(b.field)) == b.hop for b in BROKEN)
    r.claim("only_swap_sees_all", [seen for _, seen in rows] == [0, 6, 9, 12] and right
            and all(test(Pipeline()) for test in TESTS.values()), (
        "Of twelve pipelines, each built to lose one field at one hop, the test for the sentence sees none, for the "
        "field six, for its value nine, the swap all twelve with the right hop; none objects to the one that works."
    ))  # fmt: skip
    answers = [b(SAID[b.field])["use"] for b in BROKEN]
    good = [Pipeline()(SAID[f])["use"] for f in FIELDS]
    wrong, fine = "is on the Enterprise plan", "is on the Pro plan"
    r.claim("one_hop_is_enough", set(answers) == {wrong} and set(good) == {fine}, (
        "In each of the twelve the answer is the wrong plan; in the one that loses nothing, the right one."
    ))  # fmt: skip
