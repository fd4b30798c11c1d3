"""What the worlds show: names, filters, and what newest needs beside it."""

from __future__ import annotations

import re
from itertools import product

from labs.memory_attribution_failures import texts
from labs.memory_attribution_failures.worlds import OUTCOMES, SLOT_NAMES, Query, cut_for, shares, unsaid_by_slot
from labs.record import Results

NAMED = texts.KINDS[1:]
FIRST = "first names"
NOISE = (0.0, 0.05, 0.1, 0.2)
OWNER, BOTH, KEY = Query(owner=True), Query(owner=True, speaker=True), Query(owner=True, speaker=True, pick="newest")


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
    r.claim("absence_leaks", all(leaks[k][1] > 0.15 for k in texts.KINDS) and all(z == [0, 0] for z in zero), (
        "Asked for what the user never said, more than 15% of the unfiltered answers are another user's under every "
        "kind of name; with the owner filter and right labels none is, by construction."
    ))  # fmt: skip
    r.claim("serial_ids_leak", leaks["serial ids"][1] > 0.85 and leaks["serial ids"][0] > 0.1, (
        "With serial ids more than 85% of the unfiltered answers to what the user never said are another user's, and "
        "more than a tenth where the fact is stored."
    ))  # fmt: skip
    r.claim("cut_is_no_filter", all(cut[k] > 0.4 for k in ("hex ids", "serial ids")) and cut["look-alikes"] > 0.2
            and cut[FIRST] < 1 / 30, (
        "With a similarity cut-off that still answers 95% of the stored questions, more than two fifths of those about "
        "what was never said bring up another user under both kinds of ids, more than a fifth under look-alikes, and "
        "fewer than one in thirty under first names."
    ))  # fmt: skip
    unsaid = unsaid_by_slot(seed, FIRST)
    slots = dict(zip(SLOT_NAMES, unsaid[:, -1].tolist(), strict=True))
    neighbour = unsaid[SLOT_NAMES.index("office"), SLOT_NAMES.index("home")]
    r.table("by_slot", "first names, no filter, never said: answers that are another user's", ["Question", "Leaked"],
            [[slot, share] for slot, share in slots.items()])  # fmt: skip
    for slot, share in slots.items():
        r.add(f"gone_{slot}", share, f"first names, no filter, {slot} never said: another user's", "share")
    often, now = ("diet", "seat"), ("plan", "pet")
    r.claim("leak_by_question", all(slots[s] > 0.8 for s in often) and all(0.1 < slots[s] < 0.3 for s in now)
            and all(slots[s] == 0 for s in texts.NEAR) and neighbour == 1, (
        "Under first names, unfiltered, more than eight in ten answers to the diet or seat that the user never told "
        "are another user's, between a tenth and three tenths for the plan and the pet, and none for the four "
        "questions that have a near neighbour: what comes up is another answer of the asker's, for the office always "
        "a home town."
    ))  # fmt: skip
    r.claim("words_help_by_half", all(0.1 < lexical[k][1] < leaks[k][1] and lexical[k][0] < 0.005 for k in NAMED), (
        "BM25 added to the cosine ends the leak where the fact is stored and lowers it where it is not; more than a "
        "tenth stays under every kind of name."
    ))  # fmt: skip
    return leaks


def fields(r: Results, seed: int) -> dict[str, tuple[float, float]]:
    """Every set of the three fields, where the suggestion comes last and where it comes at a random place.

    Returns what is drawn: right and suggested where it comes last, for the sets with the owner.
    """
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
    drawn = [lottery[2][o] for o in ("right", "old", "suggested")]
    r.claim("owner_leaves_lottery", all(abs(g["right"] - 1 / (k + 1)) < 0.06 for k, g in lottery.items())
            and all(abs(share - 1 / 3) < 0.06 for share in drawn), (
        "With the owner filter alone the answer is right about as often as a draw among the values that are stored for "
        "the slot, one suggested and one, two or three said, and of three each comes up about as often; nothing in the "
        "text tells them apart."
    ))  # fmt: skip
    sets = {"owner + speaker": BOTH, "owner + key": Query(owner=True, pick="newest"),
            "speaker + key": Query(speaker=True, pick="newest"), "owner + speaker + key": KEY}  # fmt: skip
    last, anywhere = ({n: shares(seed, q, FIRST, anywhere=a) for n, q in sets.items()} for a in (False, True))
    told = [[n, *(world[n][o] for world in (last, anywhere) for o in ("right", "suggested"))] for n in sets]
    columns = ["Fields", "last: right", "last: suggested", "anywhere: right", "anywhere: suggested"]
    r.table("by_place", "first names, the suggestion after all that was said, or at a random place", columns, told)
    for name, where in (("last", last), ("anywhere", anywhere)):
        for n, got in where.items():
            r.add(f"{name}_right_{short(n)}", got["right"], f"first names, suggestion {name}, {n}: right", "share")
    without = [got["right"] for where in (last, anywhere) for n, got in where.items() if sets[n] is not KEY]
    whole = [where["owner + speaker + key"]["right"] for where in (last, anywhere)]
    r.claim("each_field_is_needed", max(without) < 0.72 and min(whole) > 0.9, (
        "With two of owner, speaker and key fewer than 72% of the answers are right, with all three more than 90%, "
        "whether the suggestion comes last or at a random place; the first by construction."
    ))  # fmt: skip
    early, late = anywhere["owner + key"], last["owner + key"]
    r.claim("suggestion_wins", late["suggested"] > 0.95 and abs(early["suggested"] - 1 / 3) < 0.05, (
        "With owner and key but no speaker, more than 95% of the answers are what the assistant suggested if it comes "
        "last, and about a third if it comes at a random place: by construction."
    ))  # fmt: skip
    r.claim("worth_depends", late["right"] < last["owner + speaker"]["right"]
            and early["right"] > anywhere["owner + speaker"]["right"] + 0.1, (
        "Beside the owner, the speaker is worth more than the key if the suggestion comes last, and the key is worth "
        "more than ten points more than the speaker if it comes at a random place."
    ))  # fmt: skip
    r.claim("speaker_leaves_a_coin", abs(last["owner + speaker"]["right"] - 0.5) < 0.06, (
        "With owner and speaker, about half of the answers are right: one old value and one new, undistinguished."
    ))  # fmt: skip
    r.claim("filter_ends_suggestions", all(
        where[n]["suggested"] == 0 for where in (last, anywhere) for n, q in sets.items() if q.speaker)
        and last["owner + speaker + key"]["right"] > 0.9, (
        "With right speaker labels and a filter by speaker no answer is what the assistant suggested, by construction; "
        "with owner, speaker and the newest of a known key more than nine answers in ten are right."
    ))  # fmt: skip
    return {n: (last[n]["right"], last[n]["suggested"]) for n, q in sets.items() if q.owner}
