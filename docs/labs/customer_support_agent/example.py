"""A small agent of your own, for `lab customer-support-agent kill FILE.py`: change a line and see what breaks."""

import sqlite3

from labs.customer_support_agent.model import Memory, permitted

DAY = 24 * 3600  # seconds a provider is sure to know a key


class Agent:
    """Promise and answer in one commit; the refund leaves afterwards, under the number of the message."""

    def __init__(self, folder, provider, model, point, clock, sync):
        self.provider, self.model, self.point, self.clock = provider, model, point, clock
        self.db = sqlite3.connect(folder / "mine.db", isolation_level=None)
        self.db.execute("create table if not exists heard(number text primary key)")  # outlives the words
        self.db.execute("create table if not exists said(number text primary key, customer, msg, reply)")
        self.db.execute("create table if not exists facts(customer, name, value, primary key(customer, name))")
        self.db.execute(
            "create table if not exists owed(number text primary key, customer, orderno, euros, made, paid)"
        )

    def turn(self, number, customer, msg):
        """Answer a message once."""
        if self.db.execute("select 1 from heard where number = ?", (number,)).fetchone():
            asked = "select reply from said where number = ? and customer = ?"
            row = self.db.execute(asked, (number, customer)).fetchone()
            return row[0] if row else "I answered that already."
        decision = self.model(msg, self.memory(customer))
        self.point("decided")
        self.db.execute("begin immediate")
        try:
            self.db.execute("insert into heard values (?)", (number,))
            decision = permitted(customer, decision, [row[0] for row in self.db.execute("select orderno from owed")])
            self.db.execute("insert into said values (?, ?, ?, ?)", (number, customer, msg, decision.reply))
            self.point("turn written")
            for name, value in decision.facts:
                self.db.execute("insert or replace into facts values (?, ?, ?)", (customer, name, value))
                self.point("fact written")
            if decision.refund:
                row = (number, customer, *decision.refund, self.clock())
                self.db.execute("insert into owed values (?, ?, ?, ?, ?, 0)", row)
                self.point("refund noted")
        except BaseException:
            self.db.execute("rollback")
            raise
        self.db.execute("commit")
        self.point("committed")
        self.drain()
        return decision.reply

    def drain(self):
        """Pay what is owed; called after each start, too. What is older than a day is for a person."""
        rows = "select number, orderno, euros from owed where not paid and made > ?"
        for number, order, euros in self.db.execute(rows, (self.clock() - DAY,)).fetchall():
            self.provider.refund(order, euros, number, note=number)
            self.point("provider paid")
            self.db.execute("update owed set paid = 1 where number = ?", (number,))
            self.point("marked paid")

    def held(self):
        """What a person must look up at the provider."""
        rows = "select number, orderno, euros from owed where not paid and made <= ?"
        return self.db.execute(rows, (self.clock() - DAY,)).fetchall()

    def forget(self, customer):
        """Delete the words; refunds and bare numbers stay."""
        self.db.execute("begin immediate")
        self.db.execute("delete from said where customer = ?", (customer,))
        self.db.execute("delete from facts where customer = ?", (customer,))
        self.db.execute("commit")

    def memory(self, customer):
        """What the model may see: one customer's."""
        facts = self.db.execute("select name, value from facts where customer = ?", (customer,)).fetchall()
        turns = self.db.execute("select msg, reply from said where customer = ? order by rowid", (customer,)).fetchall()
        owed = self.db.execute("select orderno, euros, paid from owed where customer = ?", (customer,)).fetchall()
        return Memory(customer, dict(facts), turns[-20:], [(order, euros, bool(paid)) for order, euros, paid in owed])

    def contents(self):
        """What is remembered, for the comparison."""
        return {
            "turns": self.db.execute("select number, customer, msg, reply from said order by rowid").fetchall(),
            "facts": self.db.execute("select customer, name, value from facts").fetchall(),
            "refunds": self.db.execute("select orderno, euros from owed").fetchall(),
        }
