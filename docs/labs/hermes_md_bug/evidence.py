"""What the published cases allow: the scan of them, the rules that fit, and where those would have fired."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from labs.hermes_md_bug import figures, history, rules
from labs.record import Results

Rows = Sequence[Mapping[str, str]]
WINDOW = 5  # newest commits in the captured prompt of version 2.1.123
TWO_NAMES = ("HERMES.m", "THERMES.md", "ERMES.md", "RELEASE_NOTES.md HERMESxmd", "HXRMES.md", "THEMES.md")
MORE_CASES = (("HERMES.md", "body"), ("HERMES.md", "branch"), ("HERMES.md", "untracked"), ("HERMES.md", "sixth"))


def scan(r: Results, reports: Rows, strings: Path) -> None:
    """The reporter's nine cases and four more, each a real repository, read with the default list."""
    listed = history.read_strings(strings)
    reported = [row for row in reports if row["series"] == "hermes"]
    outcomes = []
    cases = [(row["message"], row["where"], row["outcome"]) for row in reported]
    for message, place, outcome in [*cases, *((m, w, "not reported") for m, w in MORE_CASES)]:
        with tempfile.TemporaryDirectory() as folder:
            repository = history.case(Path(folder), message, place)
            hits = history.find(history.texts(repository, WINDOW), listed)
            wider = history.find(history.texts(repository, 20), listed)
        said = [f"{hit.kind} in {hit.text.place}" for hit in hits] or ["nothing"]
        outcomes.append([f"{message} ({place})", outcome, said[0], "yes" if wider and not hits else "no"])
    exact = [row[2].startswith("exact") for row in outcomes[: len(reported)]]
    metered = [row["outcome"] == "metered" for row in reported]
    r.table("scan_cases", "What trigger-scan says of real repositories made after the reporter's nine cases and "
        "four more",
            ["Case (where the name stands)", "Reported lane", "Newest five commits", "Only beyond five"],
            outcomes)  # fmt: skip
    r.add("cases", len(reported), "Cases in the reporter's table")
    r.add("cases_metered", sum(metered), "Of these, cases that went to the metered lane")
    r.add("scan_near", sum(row[2].startswith("near") for row in outcomes[: len(reported)]),
          "Near misses that the scan reports in the nine cases (the lower-case spelling)")  # fmt: skip
    r.claim("scan_agrees", exact == metered, "Among the nine cases trigger-scan finds an exact match in those "
        "that were "
            "metered and in no other; it looks for the string that the reporter named, so this tests the "
            "reading.")  # fmt: skip
    pair = [row for row in reports if row["series"] == "pair"]
    r.claim("case_alone_decides", len({row["message"].lower() for row in pair}) == 1 and
            sorted(row["outcome"] for row in pair) == ["metered", "plan"],
            "The reporter's two repositories have messages that differ in case alone, and one was "
            "metered.")  # fmt: skip


def which_rule(r: Results, reports: Rows, standing: Sequence[str]) -> None:
    """The rules that fit, which row of the table removes what, and the messages that would separate the rest."""
    table = [(row["message"], row["outcome"] == "metered") for row in reports
             if row["series"] == "hermes" and row["where"] == "subject"]  # fmt: skip
    pair = [(row["message"], row["outcome"] == "metered") for row in reports if row["series"] == "pair"]
    tried, pairs = rules.one_part(rules.STRING, rules.PATTERNS), rules.two_part(rules.STRING)
    fit, fit_pairs = rules.consistent(tried, table), rules.consistent(pairs, table)
    steps = [("all rules", len(tried))]
    for count, (message, _) in enumerate(table, 1):
        steps.append((message, len(rules.consistent(tried, table[:count]))))
    lines = []
    for i, (message, outcome) in enumerate(table):
        without = table[:i] + table[i + 1 :]
        families = ((tried, fit), (pairs, fit_pairs))
        lost = [len(rules.consistent(family, without)) - len(kept) for family, kept in families]
        lines.append([message, "metered" if outcome else "plan", steps[i + 1][1], *lost])
    r.table("by_row", "One-part rules left after each row of the table, and rules that only this row removes",
            ["Message", "Lane", "Rules left", "One-part rules only it removes", "Two-part rules only it removes"],
            lines)  # fmt: skip
    r.figure("rules", lambda: figures.elimination(steps))
    r.add(
        "rules_tried",
        len(tried),
        "Distinct one-part rules: substrings of HERMES.md, as written and in any case, 7 patterns",
    )
    r.add("consistent_rules", len(fit), "Of these, rules that give all seven message rows of the reporter's table "
          "their outcome")  # fmt: skip
    r.add("pairs_tried", len(pairs), "Two-part rules: two substrings of HERMES.md, neither inside the other")
    r.add("consistent_pairs", len(fit_pairs), "Of these, rules that fit the same rows")
    pieces = [name.removeprefix("contains ") for name in fit if name.startswith("contains ")]
    r.figure("pieces", lambda: figures.pieces(rules.STRING, pieces))
    r.add("consistent_pieces", len(pieces), "Of the rules that fit, those that look for a piece of the name as written")
    r.add("consistent_patterns", len(fit) - len(pieces), "Of the rules that fit, those that are patterns")
    r.table("rules_left", "The one-part rules that fit all seven message rows", ["Looks for", "How"],
            [[name.split(" ", 1)[1], "a piece" if name.startswith("contains") else "a pattern"]
             for name in fit])  # fmt: skip
    r.claim("pieces_share_a_core", len(pieces) > 1 and "ES.m" in pieces and all("ES.m" in piece for piece in pieces),
            "Every rule that fits and looks for a piece of the name looks for a piece that holds ES.m.")  # fmt: skip
    both = len(rules.consistent(tried, [*table, *pair])), len(rules.consistent(pairs, [*table, *pair]))
    r.claim("pair_adds_nothing", both == (len(fit), len(fit_pairs)),
            "The minimal pair of commits removes no rule, of one part or two, that the table leaves.")  # fmt: skip
    whole = [("\n".join([*standing, message]), metered) for message, metered in table]
    r.add("consistent_rules_whole", len(rules.consistent(tried, whole)), "One-part rules that fit if they read the "
          "message together with the rest of the prompt and the tools, as captured for version 2.1.123")  # fmt: skip
    r.add("consistent_pairs_whole", len(rules.consistent(pairs, whole)), "Two-part rules that fit if they read that")
    readme = next(line for line in lines if line[0] == "README.md")
    r.add("readme_pairs", readme[4], "Two-part rules that only the row README.md removes")
    r.claim("readme_removes_pairs_only", readme[3] == 0 < readme[4],
            "The row README.md removes no one-part rule that the others leave, and some two-part rules.")  # fmt: skip
    r.claim("report_names_no_rule", len(fit) > 10 and {"contains HERMES.md", "contains ES.m"} <= fit.keys() and
            not any("any case" in name for name in fit) and len(rules.consistent(tried, whole)) == len(fit),
            "More than ten of the one-part rules fit all seven message rows of the reporter's table, 'contains ES.m' "
            "and 'contains HERMES.md' among them and none blind to case, whether they read the message or the whole "
            "captured prompt.")  # fmt: skip
    only = {line[0]: line[3] for line in lines}
    others = sum(count for message, count in only.items() if message not in ("hermes.md", "HERMES.txt"))
    for short, message in (("lower", "hermes.md"), ("txt", "HERMES.txt")):
        r.add(f"only_{short}", only[message], f"One-part rules that only the row {message} removes")
    r.claim("two_controls_did_most", only["hermes.md"] > only["HERMES.txt"] > others,
            "Of the one-part rules that a single row removes, hermes.md removes most, and HERMES.txt more than all "
            "other rows together.")  # fmt: skip
    messages = rules.pool(rules.STRING)
    used, groups = rules.fixed_list(fit, messages)
    depths = rules.one_by_one(fit, messages)
    r.add("probes_to_identify", len(used), "Further one-line commits that tell all consistent one-part rules apart")
    r.add(
        "probes_one_by_one", max(depths.values()), "The most it takes if each commit is chosen after the last outcome"
    )
    r.claim("few_commits_settle_it", len(groups) == len(fit) and len(used) <= 8,
            "At most eight more one-line commits are enough to tell all consistent one-part rules apart.")  # fmt: skip
    r.add("probes_two_names", len(TWO_NAMES), "Commits that are enough if a line may hold two names")
    r.claim("two_names_need_fewer", len(TWO_NAMES) < len(used) and
            len({tuple(map(rule, TWO_NAMES)) for rule in fit.values()}) == len(fit),
            "If a line may hold two names, fewer commits than the greedy list has are enough.")  # fmt: skip
    r.table("next_messages", "The commit messages worth sending next, best first, and how many consistent rules fire",
            ["Message", "Rules that fire"], [[m, sum(rule(m) for rule in fit.values())] for m in used])  # fmt: skip
    later = [(row["message"], row["outcome"] == "metered") for row in reports if row["series"] == "openclaw"]
    r.add("consistent_second", len(rules.consistent(fit, later)), "Rules that fit the seven message rows and also the "
          "seven rows of the second string")  # fmt: skip
    r.claim("none_fits_the_second", not rules.consistent(fit, later) and len(rules.consistent(
        rules.one_part("openclaw.inbound_meta.v1"), later)) > 10,
            "None of the rules that fit the reporter's table fits the seven rows of the second string, as all of them "
            "need a piece of the first; more than ten substring rules on that string do.")  # fmt: skip
    marker = rules.one_part("openclaw.inbound_meta.v1")
    beside = [("\n".join([*standing, message]), metered) for message, metered in later]
    still = sorted((name.removeprefix("contains ") for name in rules.consistent(marker, beside)), key=len)
    r.add("openclaw_tried", len(marker), "Substring rules on openclaw.inbound_meta.v1, as written and in any case")
    r.add("openclaw_whole", len(still), "Rules on that marker that fit its seven rows beside the rest of the prompt")
    r.add("openclaw_shortest_whole", still[0], "The shortest text among these")


def reach(r: Results, histories: Rows, words: Rows) -> None:
    """In which subjects of public histories each of three consistent rules would have fired."""
    r.add("histories", len(histories), "Public histories read, all their subjects")
    r.add("history_commits", sum(int(h["commits"]) for h in histories), "Commits in them (forks share some)")
    lines = []
    for text in ("HERMES.md", "MES.md", "ES.m"):
        struck = [word["repository"] for word in words if text in word["word"]]
        lines.append([f"contains {text}", len(struck), len(set(struck))])
    r.table("reach", f"Subjects in which a rule that fits the report stands, in {len(histories)} public histories",
            ["Rule", "Subjects", "Repositories"], lines)  # fmt: skip
    for name, line in (("exact", lines[0]), ("loosest", lines[2])):
        r.add(f"reach_{name}_subjects", line[1], f"Subjects in which '{line[0]}' fires")
        r.add(f"reach_{name}_repositories", line[2], f"Repositories in which '{line[0]}' fires in a subject")
    plain = [{word["repository"] for word in words if text in word["word"] and
             "hermes" not in word["repository"].lower()} for text in ("HERMES.md", "ES.m")]  # fmt: skip
    r.add("histories_named", sum("hermes" in h["repository"].lower() for h in histories), "Histories whose "
          "repository carries Hermes in its name")  # fmt: skip
    r.add("reach_exact_unnamed", len(plain[0]), "Repositories without Hermes in their name in which 'contains "
          "HERMES.md' fires in a subject")  # fmt: skip
    r.add("reach_loosest_unnamed", len(plain[1]), "The same for 'contains ES.m'")
    r.claim("readings_differ", 0 < lines[0][2] < lines[2][2] and not plain[0] and len(plain[1]) > 1,
            "In these histories 'contains ES.m' fires in more repositories than 'contains HERMES.md', which fires only "
            "where the repository carries Hermes in its name; 'contains ES.m' fires in several others.")  # fmt: skip


def incidents(r: Results, listed: Rows) -> None:
    """Reports with a stated cause, by where the deciding text stood. The list is picked by hand: counts only."""
    r.table("incidents", "Reported reasons for a wrong lane, where the deciding text stood, and whose word it is",
            ["Date", "What decided", "Where it stood", "Client", "Whose word"],
            [[i["date"], i["what"], i["place"], i["client"], i["source"]] for i in listed])  # fmt: skip
    seen = sum(i["place"] == "commit message" for i in listed)
    r.add("incidents", len(listed), "Reports of a wrong or disputed lane with a stated cause, picked by hand")
    r.add("incidents_in_commits", seen, "Of these, reports whose deciding text stood in a commit message")
    r.add("incidents_no_text", sum(i["place"] == "none" for i in listed), "Of these, reports without a deciding text")
    own = sorted(i["place"] for i in listed if i["client"] == "Claude Code")
    third = [i["place"] for i in listed if i["client"] != "Claude Code"]
    r.add("incidents_claude_code", len(own), "Of these, reports about Claude Code itself")
    r.claim("two_of_five_in_commits", own == ["commit message"] * 2 + ["none"] + ["system prompt"] * 2 and
            len(third) == 3 and not {"commit message", "none"} & set(third),
            "Of the five listed reports about Claude Code itself two have the deciding text in a commit message, two "
            "elsewhere in the system prompt, and one has no text; in the three about third-party clients it stood in "
            "the system prompt or the tools.")  # fmt: skip
