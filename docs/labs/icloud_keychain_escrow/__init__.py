"""How many guesses a cluster that allows ten really answers: counting rules, votes, power cuts and old snapshots.

search.py    the longest attack by whole tries, at the real limit; the rule for votes
steps.py     the same message by message, for small clusters, everything in every order
cluster.py   a working escrow: records, members with disks, SRP behind the votes; srp.py is SRP-6a
table.py     a vote to copy, with the count in a row of SQLite; paste.py an attack on it, to paste
replay.py    the attacks carried out on the working escrow; resets.py logins that set the count back
found.py     results and claims, found_cluster.py too; figures.py the figures
command.py   the command: how many guesses your own design answers
"""

from __future__ import annotations

from labs.icloud_keychain_escrow import figures, found, found_cluster
from labs.record import Results

SEEDS = (0,)


def main(argv: list[str]) -> int:
    """The lab's own command."""
    from labs.icloud_keychain_escrow import command

    return command.main(argv)


def run(seed: int) -> Results:
    """Search every design and carry the attacks out. There is no chance in it: `seed` changes nothing."""
    r = Results()
    found.add_guesses(r)
    found_cluster.add_steps(r)
    found_cluster.add_cluster(r)
    tries, rows = r.tables["by_guess"].rows, r.tables["by_restored"].rows
    r.figure("votes", lambda: figures.votes(tries))
    r.figure("locks", figures.locks)
    r.figure("power", figures.power)
    r.figure("restored", lambda: figures.restored(rows))
    return r
