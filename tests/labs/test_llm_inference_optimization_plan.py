"""The command `plan`: the lab's own gains for the lab's model, figures done by hand, one line for each fault."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from labs import __main__ as lab_command
from labs import record
from labs.llm_inference_optimization import choice, command, measured
from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.asked import read

SIZES = ["--weights", "8029995008", "--output", "525336576", "--kv", "131072", "--heads-per-kv", "4"]
CONFIG = {
    "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32, "num_hidden_layers": 32,
    "num_key_value_heads": 8, "vocab_size": 128256,
}  # fmt: skip
TOML = """weights = 8e9
kv = 131072
batch = 32
context = 1024
"""


def load(batch, context):
    return ["--batch", str(batch), "--context", str(context)]


def written(tmp_path, content, name):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return str(path)


def config(tmp_path, **changed):
    return written(tmp_path, {k: v for k, v in (CONFIG | changed).items() if v is not None}, "config.json")


def found(argv):
    asked = read(argv)
    return command.gains(asked, roof.Way(shape=asked.model), command.ways(asked))


@pytest.mark.parametrize("batch", [1, 32, 128, "full"])
@pytest.mark.parametrize("context", [256, 1024])
def test_the_gains_of_llama_on_an_h100_are_those_of_the_lab(tmp_path, batch, context):
    ours = {name: [roof.gain(way, context, one, None if batch == "full" else batch) for one in roof.SETTINGS]
            for name, way in roof.WAYS.items()}  # fmt: skip
    by_sizes = found([*SIZES, *load(batch, context)])
    assert by_sizes.keys() == ours.keys()
    assert all(by_sizes[name] == pytest.approx(ours[name], rel=1e-9) for name in ours)
    assert found(["--config", config(tmp_path), *load(batch, context)]) == ours


def test_the_first_step_is_that_of_the_recorded_table():
    rows = record.read(record.LABS / "llm_inference_optimization" / "results.json")["tables"]["decide"]["rows"]
    loads = [(1, 1024), (32, 1024), ("full", 256), ("full", 1024), ("full", 8192)]
    for (_, surest, least, ahead), (batch, context) in zip(rows, loads, strict=True):
        one = choice.step(found([*SIZES, *load(batch, context)]))
        assert (one.surest, f"{one.likeliest} ({one.ahead})") == (surest, ahead)
        assert one.least == pytest.approx(least, abs=6e-4)


def test_another_card_and_draft_change_the_gains_as_the_lab_computes_them():
    card = ["--bandwidth", "2e12", "--flops", "312e12", "--memory", "40e9"]
    draft = ["--drafts", "2", "--acceptance", "0.9", "--draft-cost", "0.1"]
    one = replace(roof.PEAK, bandwidth=2e12, compute=312e12, memory=36e9)
    way = replace(roof.SPECULATION, drafts=2, alpha=0.9, draft_cost=0.1)
    speculated = found([*SIZES, *card, *draft, *load(20, 1024)])["speculation"][0]
    assert speculated == pytest.approx(roof.gain(way, 1024, one, 20))


def test_a_step_by_hand_says_what_binds_and_what_room_there_is(capsys):
    # 1e9 weights in 16 bits at 1e12 bytes/s: 2 ms; 100 caches of 1,000 tokens of 20,000 bytes, 2e9 bytes: 2 ms as well
    card = ["--bandwidth", "1e12", "--flops", "1e14", "--memory", "10e9"]
    assert command.main(["plan", "--weights", "1e9", "--kv", "20000", *card, *load(90, 1000)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "90 requests of 1,000 tokens" in lines[0] and "350 in 16 bits" in lines[0]  # (9e9 - 2e9) / 20e6
    assert lines[1].startswith("binds: the weights, by reading") and "2 ms to read, 1.8 ms to compute" in lines[1]
    assert lines[2].startswith("less:  the cache, by reading") and "1.8 ms to read" in lines[2]
    command.main(["plan", "--weights", "1e9", "--kv", "20000", *card, *load(200, 1000)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("binds: the weights, by computing") and "2 ms to read, 4 ms to compute" in lines[1]


def test_the_first_step_and_the_next_beside_it_are_named(capsys):
    command.main(["plan", *SIZES, *load("full", 1024)])
    out = capsys.readouterr().out
    assert "first: 8-bit cache, the greatest least gain (1.40)" in out
    assert "then, beside 8-bit cache: 8-bit both, the greatest least gain (1.12)" in out
    assert "assumed: an H100" in out and "twice as fast" in out and "not computed: prompts" in out


@pytest.mark.parametrize(
    ("batch", "context", "said"),
    [
        (1, 1024, "4-bit weights; the cache is 0.01"),
        (1, 131072, "open, no such load"),
        (4, 1024, "open, no such load"),
        (5, 1024, "8-bit both;"),
        (32, 1024, "8-bit both; the cache is 0.29"),
        (150, 1024, "8-bit both or 8-bit cache, about level"),
        ("full", 256, "8-bit both; the cache is 3.73"),
        ("full", 512, "open, between 256 and 1,024 tokens"),
        ("full", 1024, "8-bit cache; the cache is 3.72"),
    ],
)
def test_what_the_timing_says_first_follows_the_table_of_the_post(capsys, batch, context, said):
    command.main(["plan", *SIZES, *load(batch, context)])
    assert f"timed: first {said}" in capsys.readouterr().out


def test_what_the_timing_says_first_gained_most_at_every_load_timed(capsys):
    for loaded in [one for c in measured.LENGTHS for one in measured.loads(c)]:
        command.main(["plan", *SIZES, *load(loaded[1], loaded[0])])
        said = capsys.readouterr().out.split("timed: first ")[1].split(";")[0]
        gains = {name: measured.gain(name, loaded) for name in (measured.FOUR, measured.CACHE, measured.BOTH)}
        assert said.startswith("open") or max(gains, key=gains.get) in said


def test_a_way_without_room_for_the_requests_is_said_to_have_none(capsys):
    command.main(["plan", *SIZES, *load(400, 1024)])
    assert "speculation   no room: 385 fit" in capsys.readouterr().out


def test_where_nothing_gains_nothing_is_first(capsys):
    slow = ["--bandwidth", "1e15", "--flops", "1e11", "--memory", "80e9", "--acceptance", "0.1"]
    command.main(["plan", *SIZES, *slow, *load(1, 1024)])
    out = capsys.readouterr().out
    assert "first: 8-bit both" in out  # the only way that computes faster
    command.main(["plan", "--weights", "8e9", "--kv", "100", "--output", "3.99e9", *slow, *load(1, 1)])
    out = capsys.readouterr().out
    assert "first: nothing is sure to gain" in out and "then, beside" not in out


def test_options_come_before_the_file(tmp_path):
    asked = read([written(tmp_path, TOML, "plan.toml"), "--batch", "7"])
    assert (asked.batch, asked.context) == (7, 1024)
    assert read([written(tmp_path, {"weights": 8e9, "kv": 131072, "batch": "full", "context": 9}, "p.json")]).batch == 0


def test_a_config_without_key_heads_is_computed_with_all_heads_and_says_so(tmp_path):
    asked = read(["--config", config(tmp_path, num_key_value_heads=None), *load(1, 1)])
    assert asked.model.groups == 32 and any("num_key_value_heads" in one for one in asked.assumed)


def test_a_config_of_a_quantised_build_is_computed_from_16_bits_and_says_so(tmp_path):
    bits = {"quant_method": "awq", "bits": 4}
    assert any(
        "16 bits to begin" in one
        for one in read(["--config", config(tmp_path, quantization_config=bits), *load(1, 1)]).assumed
    )
    assert not any("16 bits to begin" in one for one in read(["--config", config(tmp_path), *load(1, 1)]).assumed)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "weights is missing"),
        (["--weights", "8"], "--weights: weights is 8; it is a number of weights, such as 8.03e9"),
        (["--weights", "8B"], "weights is '8B'"),
        (["--weights", "8e9"], "kv is missing"),
        ([*SIZES, "--context", "9"], "batch is missing"),
        ([*SIZES, "--batch", "9"], "context is missing"),
        ([*SIZES, *load("all", 9)], "batch is 'all'; it is a number of requests, or \"full\""),
        ([*SIZES, *load("1.5", 9)], "batch is 1.5"),
        ([*SIZES, *load("nan", 9)], "batch is nan"),
        ([*SIZES, *load("-1", 9)], "batch is -1"),
        ([*SIZES, *load(1, 0)], "context is 0"),
        ([*SIZES, *load(1, 9), "--bandwidth", "3350"], "--bandwidth: bandwidth is 3350; it is bytes a second"),
        ([*SIZES, *load(1, 9), "--bandwidth", "3e12"], "flops is missing; a card has bandwidth, flops and memory"),
        ([*SIZES, *load(1, 9), "--acceptance", "70"], "acceptance is 70; it is the share"),
        ([*SIZES, *load(1, 9), "--draft-cost", "inf"], "--draft-cost: draft_cost is inf"),
        ([*SIZES, *load(1000, 8192)], "1,000 requests of 8,192 tokens: no room; one card with 80 GB"),
        (["--weights", "70e9", "--kv", "327680", *load(1, 8)], "holds 0 in 16 bits; 4-bit weights would make room"),
        (["--weights", "8e12", "--kv", "327680", *load(1, 8)], "none of the ways makes room"),
        (["--weights", "8e9", "--output", "4e9", "--kv", "999", *load(1, 8)], "output is 4e+09"),
        (["--wat", "3"], "--help` lists the options"),
        (["nowhere.toml"], "nowhere.toml: No such file"),
    ],
)
def test_a_fault_of_the_options_gets_one_line(capsys, argv, says):
    assert lab_command.main(["llm-inference-optimization", "plan", *argv]) == 2
    out, error = capsys.readouterr()
    assert says in error and error.count("\n") == 1 and not out


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("p.toml", TOML + "speed = 3e12\n", ":5: speed is unknown; there are weights, kv,"),
        ("p.toml", TOML.replace("32", "true"), ":3: batch is True"),
        ("p.toml", TOML.replace("8e9", '"8B"'), ":1: weights is '8B'"),
        ("p.toml", TOML.replace("= 32", "= 1" + 400 * "0"), ":3: batch is 1000"),
        ("p.toml", TOML + "batch = 3\n", ": not TOML"),
        ("p.toml", "", ": weights is missing; it is"),
        ("p.toml", "weights", ": not TOML"),
        ("p.json", "{", ": not JSON"),
        ("p.json", "[1]", ": a list; names with values are wanted"),
        ("p.json", '{"kv": NaN}', ":1: kv is nan"),
        ("p.json", '{"kv": 1000, "kv": 1000}', ": kv stands twice"),
        ("p.json", '{\n"weights": 8e9,\n"kv": [1]\n}', ":3: kv is [1]"),
    ],
)
def test_a_fault_of_the_file_gets_one_line_with_its_place(tmp_path, capsys, name, content, says):
    path = written(tmp_path, content, name)
    assert lab_command.main(["llm-inference-optimization", "plan", path]) == 2
    error = capsys.readouterr().err
    assert f"{path}{says}" in error and error.count("\n") == 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"num_local_experts": 8}, ":8: num_local_experts is 8; only dense models"),
        ({"kv_lora_rank": 512}, ":8: kv_lora_rank is 512; only dense models"),
        ({"hidden_size": None}, ":1: hidden_size is missing"),
        ({"vocab_size": "many"}, ":7: vocab_size is 'many'; it is a whole number"),
        ({"num_hidden_layers": 0}, ":5: num_hidden_layers is 0"),
        ({"num_key_value_heads": 12}, ":6: num_key_value_heads is 12, no divisor of 32 heads"),
        ({"num_attention_heads": 24}, "head_dim is missing, and hidden_size is no multiple"),
    ],
)
def test_a_config_of_another_kind_of_model_is_refused_on_its_line(tmp_path, changed, says):
    path = config(tmp_path, **changed)
    with pytest.raises(ValueError) as caught:
        read(["--config", path, *load(1, 1)])
    assert str(caught.value).startswith(path) and says in str(caught.value)


def test_sizes_beside_a_config_are_refused(tmp_path):
    with pytest.raises(ValueError, match="weights: given, and --config too"):
        read(["--config", config(tmp_path), "--weights", "8e9", *load(1, 1)])


def test_without_plan_the_command_says_how_it_is_called():
    with pytest.raises(ValueError, match="has one command: plan"):
        command.main(["go"])
