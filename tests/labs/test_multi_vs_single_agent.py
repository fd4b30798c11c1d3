from labs.multi_vs_single_agent import run


def test_there_are_no_more_heads_than_tosses():
    assert 0 <= run(0).values["heads"].value <= 100
