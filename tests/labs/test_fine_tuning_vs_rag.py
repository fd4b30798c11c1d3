"""Each fact the post leans on is broken once here, and must then be false."""

from labs.fine_tuning_vs_rag import found, stores
from labs.fine_tuning_vs_rag.world import History, Row
from labs.record import Results


def test_a_store_that_loses_its_keys_decays_as_appending_does(monkeypatch):
    keyed = stores.keyed
    monkeypatch.setattr(stores, "keyed", lambda rows, missed, seed: keyed(rows, 1.0, seed))
    r = Results()
    found.add_stores(r, 0)
    assert not r.claims["append_decays"].holds[0]


def test_a_store_in_which_no_key_is_missed_costs_nothing(monkeypatch):
    keyed = stores.keyed
    monkeypatch.setattr(stores, "keyed", lambda rows, missed, seed: keyed(rows, 0.0, seed))
    r = Results()
    found.add_keys(r, 0)
    assert not r.claims["missed_keys_cost"].holds[0]


def test_keys_keep_the_newest_value_of_each_fact():
    history = History(3)
    kept = stores.keyed(history.transcript, 0.0, 0)
    assert {row.fact: row.value for row in kept} == dict(enumerate(history.now[-1].tolist()))


def test_an_old_value_and_another_fact_are_told_apart():
    truth = History(0).now[0]
    answers = [Row(0, int(truth[0]), 0), Row(1, int(truth[1] + 1) % 4, 0), Row(0, 0, 0)]
    assert stores.outcome(answers, truth).tolist() == [0, 1, 2]
