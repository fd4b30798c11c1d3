"""The searches, the working escrow, SRP against its published vectors, and the command."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from labs.__main__ import main
from labs.icloud_keychain_escrow import command, replay, resets, steps, table
from labs.icloud_keychain_escrow.cluster import (
    Cluster,
    Member,
    Refused,
    RemembersTheLast,
    enrolled,
    tried,
    unwrap,
    wrap,
)
from labs.icloud_keychain_escrow.search import NO_CAP, Design, attack, guesses, votes_needed
from labs.icloud_keychain_escrow.srp import RFC_5054_1024 as GROUP
from labs.icloud_keychain_escrow.srp import RFC_5054_2048

# RFC 5054, Appendix B
SALT = "BEB25379D1A8581EB5A727673A2441EE"
A_SECRET = "60975527035CF2AD1989806F0407210BC81EDC04E2762A56AFD529DDDA2D4393"
B_SECRET = "E487CB59D31AC550471E81F00F6928E01DDA08E974A004F49E61F5D105284D20"
VERIFIER = (
    "7E273DE8696FFC4F4E337D05B4B375BEB0DDE1569E8FA00A9886D8129BADA1F1822223CA1A605B530E379BA4729FDC59F105B4787E5186F5"
    "C671085A1447B52A48CF1970B4FB6F8400BBF4CEBFBB168152E08AB5EA53D15C1AFF87B2B9DA6E04E058AD51CC72BFC9033B564E26480D78"
    "E955A5E29E7AB245DB2BE315E2099AFB"
)
PREMASTER = (
    "B0DC82BABCF30674AE450C0287745E7990A3381F63B387AAF271A10D233861E359B48220F7C4693C9AE12B0A6F67809F0876E2D013800D6C"
    "41BB59B6D5979B5C00A172B4A2A5903A0BDCAF8A709585EB2AFAFA8F3499B200210DCC1F10EB33943CD67FC88A2F39A4BE5BEC4EC0A3212D"
    "C346D7E474B29EDE8A469FFECA686E5A"
)


def number(text: str) -> int:
    return int(text, 16)


def test_srp_gives_the_vectors_of_rfc_5054():
    inner = GROUP.digest(b"alice:password123").digest()
    x = GROUP.hash(bytes.fromhex(SALT), inner)
    assert x == number("94B7555AABE9127CC58CCF4993DB6CF84D16C124")
    assert GROUP.multiplier() == number("7556AA045AEF2CDD07ABAF0F665C3E818913186F")
    assert GROUP.public(x) == number(VERIFIER)
    a, b = number(A_SECRET), number(B_SECRET)
    client, server = GROUP.public(a), GROUP.server_public(GROUP.public(x), b)
    assert GROUP.scramble(client, server) == number("CE38B9593487DA98554ED47D70A7AE5F462EF019")
    assert GROUP.client_secret(x, a, server) == GROUP.server_secret(GROUP.public(x), b, client) == number(PREMASTER)


def test_srp_refuses_a_client_number_that_makes_the_secret_zero():
    with pytest.raises(ValueError, match="zero"):
        GROUP.server_secret(5, 7, GROUP.prime)
    assert RFC_5054_2048.prime.bit_length() == 2048
    assert pow(3, RFC_5054_2048.prime - 1, RFC_5054_2048.prime) == 1  # Fermat: no digit of the constant is wrong


def test_the_right_code_recovers_and_a_wrong_one_does_not():
    one = replay.escrow(Member, Design(3, 2))
    assert tried(one.cluster, "r", one.record, "000000", 1, (0, 1)) is None
    assert tried(one.cluster, "r", one.record, replay.CODE, 2, (1, 2)) == replay.SECRET
    with pytest.raises(Refused, match="1 votes of 2"):
        tried(one.cluster, "r", one.record, replay.CODE, 2, (0, 1))


def test_a_vote_is_for_one_guess_only():
    cluster = Cluster(Member, 1, 1, 10)
    record = enrolled("1", b"secret", cluster.key, b"salt")
    session, _ = cluster.opened(record)
    votes = [vote for vote in cluster.members[0].vote("r", 1, b"this") if vote]
    with pytest.raises(Refused):
        cluster.answer("r", 1, session, 3, b"that", votes)
    with pytest.raises(Refused):
        cluster.answer("r", 2, session, 3, b"this", votes)


def test_a_changed_seal_is_refused_and_an_old_one_is_not():
    member = Member(b"k" * 32, 10)
    member.store("r", 3)
    old = dict(member.disk)
    member.store("r", 4)
    member.disk = old
    assert member.count("r") == 3
    member.disk["r"] = old["r"][:-1] + bytes([old["r"][-1] ^ 1])
    with pytest.raises(ValueError, match="seal"):
        member.count("r")
    assert unwrap(b"a" * 32, wrap(b"a" * 32, b"x" * 100)) == b"x" * 100


def test_the_vote_to_copy_signs_each_number_once_commits_first_and_stops_at_the_limit(tmp_path):
    file = tmp_path / "counts.db"
    db = sqlite3.connect(file)
    db.execute(table.TABLE)
    assert [bool(table.vote(db, b"key", "r", n, b"guess")) for n in (0, 2, 1, 2, 3, 11, 10, 10)] == [
        *(False, True, False, False),
        *(True, False, True, False),
    ]
    assert table.vote(db, b"key", "another record", 1, b"guess")
    seen = sqlite3.connect(file).execute("SELECT * FROM guesses ORDER BY n").fetchall()
    assert seen == [("another record", 1), ("r", 10)]


def test_the_vote_to_copy_signs_whole_numbers_only_and_counts_for_no_nameless_record():
    db = sqlite3.connect(":memory:")
    db.execute(table.TABLE)
    for number in (1.5, "1", None, float("nan"), -1):
        assert table.vote(db, b"key", "r", number, b"guess") is None
    assert [bool(table.vote(db, b"key", "r", n, b"guess")) for n in (1.0, 1, 1.5, 2, True)] == [
        *(True, False, False),
        *(True, False),
    ]
    with pytest.raises(sqlite3.IntegrityError):
        table.vote(db, b"key", None, 1, b"guess")


def test_the_blocks_of_the_page_print_what_the_post_says_and_more_if_the_vote_forgets(monkeypatch):
    assert replay.pasted() == ["20", "30", "10"]
    blocks = replay.on_the_page
    monkeypatch.setattr(replay, "on_the_page", lambda *one: blocks(*one).replace("excluded.n > guesses", "0 < guesses"))
    assert replay.pasted() == ["20", "30", "20"]


def test_a_connection_that_runs_durable_first_syncs_the_directory_too(tmp_path):
    file = tmp_path / "counts.db"
    db = sqlite3.connect(file)
    db.execute(table.DURABLE)
    db.execute(table.TABLE)
    assert table.vote(db, b"key", "r", 1, b"guess")
    assert db.execute("PRAGMA synchronous").fetchone() == (3,)  # EXTRA, by SQLite's own numbers
    assert table.InATable(b"key", 10).database.execute("PRAGMA synchronous").fetchone() == (3,)


SMALL = [
    Design(n, q, limit, count, rolled_back=k, reads=reads)
    for n in (2, 3, 4)
    for q in range(1, n + 1)
    for limit in (2, 3)
    for k in range(n)
    for count, reads in (("own", 0), ("highest", 0), ("highest", q))
]


def test_leaving_out_what_cannot_help_the_attacker_changes_no_result():
    for design in SMALL:
        assert attack(design)[0] == attack(design, every=True)[0], design


def test_whole_tries_and_messages_give_the_same_one_try_at_a_time():
    for design in SMALL:
        if design.members < 4 and design.limit == 2:
            assert steps.most(design, 1)[0] == guesses(design), design


def test_a_wait_at_the_limit_ends_the_search_and_a_circle_has_no_cap():
    assert guesses(Design(1, 1, 4)) == 4
    assert guesses(Design(3, 1, 4)) == 12
    assert guesses(Design(3, 1, 4, reads=1)) == NO_CAP
    assert guesses(Design(3, 2, 4, rolled_back=2)) == NO_CAP
    assert resets.most(Design(1, 1, 3), 2) == 3 + 2 + 2


def test_an_attack_is_carried_out_by_the_members_that_it_names():
    most, tries = attack(Design(5, 3, 10, "own"))
    assert len(tries) == most == 16
    seen = [sum(i in one.voters for one in tries) for i in range(5)]
    assert max(seen) <= 10
    assert sum(seen) == 48


def test_votes_needed_is_more_than_half_of_members_and_restored_together():
    for n in range(1, 30):
        for k in range(n):
            assert 2 * votes_needed(n, k) > n + k >= 2 * (votes_needed(n, k) - 1)
    assert votes_needed(5, 2) == 4


def test_a_member_that_remembers_its_last_seal_refuses_an_old_one_and_takes_its_own():
    one = replay.escrow(RemembersTheLast, Design(1, 1))
    assert tried(one.cluster, replay.NAME, one.record, "000000", 1, (0,)) is None
    assert tried(one.cluster, replay.NAME, one.record, "000000", 2, (0,)) is None
    one.restore((0,))
    with pytest.raises(Refused, match="0 votes of 1"):
        tried(one.cluster, replay.NAME, one.record, replay.CODE, 3, (0,))


def test_a_snapshot_is_a_sealed_zero():
    one = replay.escrow(Member, Design(3, 2))
    assert all(replay.NAME in disk for disk in one.snapshots)
    assert replay.old_seals(Design(3, 2)) == [0, 0, 0]


def test_tries_that_are_open_together_are_answered_as_often_as_the_command_says():
    for members, limit, at_once in ((3, 2, 2), (3, 2, 3), (2, 3, 2)):
        design = Design(members, 2, limit, reads=2)
        most, tries = command.together(design, *attack(design), at_once)
        assert most == len(tries) == steps.most(design, at_once)[0] == limit * at_once
    once = Design(3, 2, 2)
    assert command.together(once, *attack(once), None)[0] == steps.most(once, 2)[0] == 2


GOOD = 'members = 5\nvotes = 3\ncount = "signed once"\nrestored = 1\n'


def checked(tmp_path, capsys, text: str) -> tuple[int, str]:
    path = tmp_path / "design.toml"
    path.write_text(text, encoding="utf-8")
    code = main(["icloud-keychain-escrow", "check", str(path)])
    said = capsys.readouterr()
    return code, (said.out + said.err).replace(str(path), "design.toml")


def test_the_command_tells_guesses_attack_and_cure(tmp_path, capsys):
    code, said = checked(tmp_path, capsys, GOOD)
    assert code == 1
    assert "guesses answered at most: 20 (limit 10)" in said
    assert "  guess 1: number 1, A B E*\n" in said
    assert "members that may be down: 2" in said
    assert "4 votes of 5; 1 may be down" in said
    assert "not checked" in said
    code, said = checked(tmp_path, capsys, GOOD.replace("votes = 3", "votes = 4"))
    assert code == 0
    assert "at most: 10 (limit 10)" in said
    assert "keeps" not in said


def test_the_design_on_the_page_is_answered_as_the_post_says(capsys):
    path = Path(command.__file__).with_name("design.toml")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 6
    assert main(["icloud-keychain-escrow", "check", str(path)]) == 1
    said = capsys.readouterr().out
    assert "at most: 20 (limit 10)" in said
    assert "  guess 20: number 10, C D E*\n" in said
    assert "keeps 10: numbers signed once, count first, 4 votes of 5" in said


def test_read_and_write_keeps_the_limit_only_if_the_design_says_that_tries_wait(tmp_path, capsys):
    register = GOOD.replace("signed once", "read and write").replace("restored = 1", "restored = 0")
    code, said = checked(tmp_path, capsys, register)
    assert code == 1
    assert "guesses answered: no cap (limit 10)\nwhy: tries open at once carry one number" in said
    assert "two at once get 20" in said
    code, said = checked(tmp_path, capsys, register + "at_once = 1\n")
    assert code == 0
    assert "at most: 10 (limit 10)" in said
    code, said = checked(tmp_path, capsys, register + "at_once = 2\n")
    assert code == 1
    assert "at least: 20 (limit 10)" in said
    assert "guess 20: number 10" in said


def test_a_byte_order_mark_is_no_part_of_the_design(tmp_path, capsys):
    assert checked(tmp_path, capsys, "\ufeff" + GOOD) == checked(tmp_path, capsys, GOOD)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("restored = 1", "restored = 3"), "votes enough by themselves"),
        (("restored = 1", 'order = "answer first"'), "cut a member's power"),
        (("signed once", "read and write"), "write the same number again"),
        (('"signed once"\nrestored = 1', '"read and write"\nreads = 2'), "need not share a member"),
        (("restored = 1", "restored = 5"), "no number of votes"),
    ],
)
def test_the_command_says_why_there_is_no_cap(tmp_path, capsys, change, says):
    code, said = checked(tmp_path, capsys, GOOD.replace(*change))
    assert code == 1
    assert "no cap" in said
    assert says in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("votes = 3", "votes = 6"), "design.toml:2: no recovery possible: 6 of 5 members must answer"),
        (("members = 5", "members = 50"), "design.toml:1: members is 50; it is a whole number from 1 to 7"),
        (("votes = 3", "votes = true"), "design.toml:2: votes is True"),
        (("signed once", "most"), "design.toml:3: count is 'most'; it is one of 'own', 'signed once'"),
        (("restored = 1", "restored = 6"), "design.toml:4: restored is 6, of 5 members"),
        (("restored = 1", "limit = 0"), "design.toml:4: limit is 0"),
        (("restored = 1", "reads = 3"), "design.toml:4: reads is for"),
        (("restored = 1", "at_once = 2"), "design.toml:4: at_once is for"),
        (("restored = 1", "quorum = 3"), "design.toml:4: quorum is unknown; there are members"),
        (("restored = 1", "[cluster]"), "design.toml:4: cluster is unknown; there are members"),
        (("restored = 1", "cluster.votes = 4"), "design.toml:4: cluster is unknown; there are members"),
        (("votes = 3", '"votes" = 9'), "design.toml:2: votes is 9"),
        (("votes = 3\n", ""), "votes is missing"),
        (("votes = 3", "votes 3"), "design.toml: not TOML"),
    ],
)
def test_the_command_refuses_a_bad_design_in_one_line(tmp_path, capsys, change, says):
    code, said = checked(tmp_path, capsys, GOOD.replace(*change))
    assert code == 2
    assert said.count("\n") == 1
    assert says in said


def test_the_command_refuses_what_is_no_file(tmp_path, capsys):
    for arguments in (["check", str(tmp_path)], ["check", str(tmp_path / "none")], ["check"], ["cap", "x"]):
        assert main(["icloud-keychain-escrow", *arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1
