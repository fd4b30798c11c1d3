"""An attack to paste under the vote of `table.py`: two or three groups of machines, some restored in between.

The page shows both blocks. `replay.pasted` runs them as they stand there, without the imports of this file.
"""

from __future__ import annotations

import sqlite3

from labs.icloud_keychain_escrow.table import TABLE, vote


# --8<-- [start:paste]
def answered(groups, restored):
    """Guesses answered when each group in turn signs one to ten."""
    dbs = {name: sqlite3.connect(":memory:") for name in "ABCDE"}
    for db in dbs.values():
        db.execute(TABLE)
    snapshot = dbs["E"].serialize()
    count = 0
    for group in groups:
        for name in restored:
            dbs[name].deserialize(snapshot)
        for n in range(1, 11):
            args = b"key", "you", n, b"a guess"
            count += all(vote(dbs[name], *args) for name in group)
    return count


print(answered(["ABE", "CDE"], restored="E"))
print(answered(["ADE", "BDE", "CDE"], restored="DE"))
print(answered(["ABDE", "ACDE"], restored="DE"))
# --8<-- [end:paste]
