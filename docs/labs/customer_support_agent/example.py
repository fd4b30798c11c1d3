"""A small agent of your own, for `lab customer-support-agent kill FILE.py`: change a line and see what breaks."""

import sqlite3

from labs.customer_support_agent.model import Memory, permitted

DAY = 24 * 3600  # seconds a provider is sure to know a key


class Agent:
    """Promise and answer in one commit; the refund leaves afterwards, under the number of the message."""

    def __init__(self, folder, provider, model, point, clock, sync):
        self.provider, self.model, self.point, self.clock = provider, model, point, clock
        self.db = sqlite3.connect(folder / "mine.db", isolation_level=None)
        self.db.execute("create table if not exists heard(customer, number, primary key(customer, number))")  # is kept
        self.db.execute("create table if not exists said(customer, number, msg, reply, primary key(customer, number))")
        self.db.execute("create table if not exists facts(customer, name, value, primary key(customer, name))")
        self.db.execute("create table if not exists owed(key text primary key, customer, orderno, euros, made, paid)")

    def turn(self, number, customer, msg):
        """Answer a message once."""
        if self.db.execute("select 1 from heard where customer = ? and number = ?", (customer, number)).fetchone():
            asked = "select reply from said where customer = ? and number = ?"
            row = self.db.execute(asked, (customer, number)).fetchone()
            return row[0] if row else "I answered that already."
        decision = self.model(msg, self.memory(customer))
        self.point("decided")
        self.db.execute("begin immediate")
        try:
            self.db.execute("insert into heard values (?, ?)", (customer, number))
            decision = permitted(customer, decision, [row[0] for row in self.db.execute("select orderno from owed")])
            self.db.execute("insert into said values (?, ?, ?, ?)", (customer, number, msg, decision.reply))
            self.point("turn written")
            for name, value in decision.facts:
                self.db.execute("insert or replace into facts values (?, ?, ?)", (customer, name, value))
                self.point("fact written")
            if decision.refund:
                row = (f"{customer}:{number}", customer, *decision.refund, self.clock())
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
        rows = "select key, orderno, euros from owed where not paid and made > ?"
        for key, order, euros in self.db.execute(rows, (self.clock() - DAY,)).fetchall():
            self.provider.refund(order, euros, key, note=key)
            self.point("provider paid")
            self.db.execute("update owed set paid = 1 where key = ?", (key,))
            self.point("marked paid")

    def restored(self):
        """A backup was put back: before anything is sent, learn from the provider's ledger what was paid since."""
        self.db.execute("begin immediate")
        for note, order, euros in self.provider.payments():
            if note:
                customer, _, number = note.partition(":")
                row = (note, customer, order, euros, self.clock())
                self.db.execute("insert or ignore into owed values (?, ?, ?, ?, ?, 1)", row)
                self.db.execute("update owed set paid = 1 where key = ?", (note,))
                self.db.execute("insert or ignore into heard values (?, ?)", (customer, number))
        self.db.execute("commit")

    def held(self):
        """What a person must look up at the provider."""
        rows = "select key, orderno, euros from owed where not paid and made <= ?"
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
