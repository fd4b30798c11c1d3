"""What may be kept of a message, and where: the designs that are forgotten and restored, and one for two customers."""

from __future__ import annotations

from pathlib import Path

from labs.customer_support_agent.agent import Agent
from labs.customer_support_agent.arms import NewKey, NumberForgotten, PositionKey, RandomKey, Unnumbered, in_turns
from labs.customer_support_agent.cases import BEST


class NumberKeyForgotten(Agent):
    """The message's number as the key, deleted with the words; it stays in the row of the refund that it paid."""

    def heard(self, number: str, customer: str) -> bool:
        """Whether the turn has a row."""
        return in_turns(self, number, customer)

    def hear(self, number: str, customer: str) -> None:
        """The number is kept in the turn's row only."""

    def promise(self, key: str, customer: str, order: str, amount: int, sent: int = 0) -> None:
        """The outbox row, unless there is one of this number."""
        if not self.db.execute("select 1 from outbox where key = ?", (key,)).fetchone():
            super().promise(key, customer, order, amount, sent)


class NumberKeyErased(NumberKeyForgotten):
    """The same, and the rows of her refunds are deleted too."""

    def forget(self, customer: str) -> bool:
        """Delete refunds, words and facts."""
        self.db.execute("delete from outbox where customer = ?", (customer,))
        return super().forget(customer)


class RowKey(Agent):
    """The number is kept for good, and the key is the id that the database gave to its row."""

    def migrate(self) -> None:
        """The numbers in a table whose rows are counted, and no id is given twice."""
        super().migrate()
        columns = "id integer primary key autoincrement, customer, number, unique (customer, number)"
        self.db.execute(f"create table if not exists counted({columns})")

    def heard(self, number: str, customer: str) -> bool:
        """Whether the number has a row."""
        return self.row(number, customer) is not None

    def hear(self, number: str, customer: str) -> None:
        """Give the number a row."""
        self.db.execute("insert into counted(customer, number) values (?, ?)", (customer, number))
        self.point("number kept")

    def row(self, number: str, customer: str) -> tuple[int] | None:
        """The row's id."""
        asked = "select id from counted where customer = ? and number = ?"
        return self.db.execute(asked, (customer, number)).fetchone()

    def key(self, number: str, customer: str) -> str:
        """The id of the number's row."""
        return f"row:{self.row(number, customer)[0]}"


class OutsideNumbers(Agent):
    """The number as key; the numbers are copied, before anything is paid, to a file that a restore leaves alone."""

    FILE = "numbers.db"

    def migrate(self) -> None:
        """The second file, beside the first; its backup is not put back with the memory's."""
        super().migrate()
        memory = Path(self.db.execute("pragma database_list").fetchone()[2])
        self.db.execute("attach ? as outside", (str(memory.with_name(self.FILE)),))
        self.db.execute("create table if not exists outside.kept(customer, number, primary key (customer, number))")

    def heard(self, number: str, customer: str) -> bool:
        """Whether either file knows the number."""
        asked = "select 1 from outside.kept where customer = ? and number = ?"
        known = self.db.execute(asked, (customer, number)).fetchone()
        return known is not None or super().heard(number, customer)

    def drain(self) -> None:
        """Copy what is new, then pay."""
        self.db.execute("insert or ignore into outside.kept select customer, number from main.heard")
        super().drain()


class SharedNumbers(Agent):
    """Numbers that must differ over all customers: what one has used, another cannot."""

    def heard(self, number: str, customer: str) -> bool:
        """Whether anybody's message had this number."""
        return self.db.execute("select 1 from heard where number = ?", (number,)).fetchone() is not None

    def key(self, number: str, customer: str) -> str:
        """The number alone."""
        return number


NUMBER = BEST.partition(", ")[2]
UNNUMBERED, DELETED = "random key, no number", "random key, number deleted with the words"
KEYED_DELETED, ERASED = "number as key, deleted with the words", "number as key, deleted with words and refunds"
POSITION, ROW, RANDOM = "position key", "row id as key", "random key"
NOTED, OUTSIDE = "fresh random key, number in the note", "number as key, numbers outside the backup"
KEPT = {
    UNNUMBERED: Unnumbered,
    DELETED: NumberForgotten,
    KEYED_DELETED: NumberKeyForgotten,
    ERASED: NumberKeyErased,
    POSITION: PositionKey,
    ROW: RowKey,
    RANDOM: RandomKey,
    NOTED: NewKey,
    OUTSIDE: OutsideNumbers,
    NUMBER: Agent,
}
