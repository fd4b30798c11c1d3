"""What a reader gives `plan`: options, a small TOML or JSON file, a model's config.json; each fault in one line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labs.arguments import Parser
from labs.llm_inference_optimization import roofline as roof

# least, greatest, whole, what it is
NUMBERS: dict[str, tuple[float, float, bool, str]] = {
    "weights": (1e6, 1e13, False, "a number of weights, such as 8.03e9"),
    "kv": (64, 1e8, False, "bytes of cache a token in 16 bits, such as 131072"),
    "output": (0, 1e11, False, "weights of the output matrix, such as 0.525e9"),
    "heads_per_kv": (1, 1024, True, "query heads for each key head, such as 4"),
    "bandwidth": (1e9, 1e15, False, "bytes a second, such as 3.35e12"),
    "flops": (1e11, 1e18, False, "operations a second in 16 bits, such as 989e12"),
    "memory": (1e8, 1e14, False, "bytes, such as 80e9"),
    "batch": (1, 1e7, True, 'a number of requests, or "full"'),
    "context": (1, 1e8, True, "tokens of a request, such as 1024"),
    "drafts": (1, 64, True, "drafted tokens, such as 4"),
    "acceptance": (0, 1, False, "the share of drafts accepted, such as 0.7"),
    "draft_cost": (0, 1, False, "the draft's share of the model, such as 0.0625"),
}
CARD = {"bandwidth": 3.35e12, "flops": 989e12, "memory": 80e9}
DRAFT = {"drafts": 4, "acceptance": 0.7, "draft_cost": 1 / 16}
SHAPE = {
    "num_hidden_layers": "layers",
    "hidden_size": "width",
    "intermediate_size": "inner",
    "num_attention_heads": "heads",
    "vocab_size": "words",
}
Wrong = Callable[[str, str], ValueError]


@dataclass(frozen=True)
class Asked:
    """A model, a card, a load (`batch` 0 for as many as fit) and a draft; and what was not given, in words."""

    model: roof.Shape | roof.Sizes
    bandwidth: float
    flops: float
    memory: float
    batch: int
    context: int
    drafts: int
    acceptance: float
    draft_cost: float
    assumed: tuple[str, ...]


def read(argv: Sequence[str]) -> Asked:
    """What the options and files say. Raises ValueError naming the file and line, or the option, and what is right."""
    parser = Parser("lab llm-inference-optimization plan", description="What binds a step, and what to try first.")
    parser.add_argument("file", nargs="?", type=Path, help="TOML or JSON with the same names as the options")
    parser.add_argument(
        "--config", type=Path, help="the model's config.json, in place of weights, kv, output and heads"
    )
    for name, (*_, what) in NUMBERS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", dest=name, metavar="N", help=what)
    options = vars(parser.parse_args(argv))
    given: dict[str, Any] = {}
    if options["file"]:
        given, wrong = load(options["file"])
        for key, value in given.items():
            if key not in NUMBERS:
                raise wrong(key, f"{key} is unknown; there are {', '.join(NUMBERS)}")
            given[key] = number(key, value, wrong)
    for key in NUMBERS:
        if options[key] is not None:
            given[key] = number(key, from_text(options[key]), lambda key, said: ValueError(f"--{option(key)}: {said}"))
    try:
        return asked(given, options["config"])
    except ValueError as error:
        key = str(error).partition(" ")[0]
        if not options["file"] or options.get(key, key) is not None:  # of an option or another file
            raise
        raise ValueError(f"{options['file']}: {error}") from None


def option(key: str) -> str:
    """The option for a key."""
    return key.replace("_", "-")


def asked(given: dict[str, Any], config: Path | None) -> Asked:
    """Fill in what may be left out, and say so. Raises ValueError for what may not."""
    assumed = []
    if config:
        if twice := [key for key in ("weights", "kv", "output", "heads_per_kv") if key in given]:
            raise ValueError(f"{', '.join(twice)}: given, and --config too; leave one of them out")
        model = shape(config, assumed)
    else:
        model = sizes(given, assumed)
    if missing := [key for key in ("batch", "context") if key not in given]:
        raise ValueError(f"{missing[0]} is missing; it is {NUMBERS[missing[0]][3]}")
    if missing := [key for key in CARD if key not in given]:
        if len(missing) < len(CARD):
            raise ValueError(f"{missing[0]} is missing; a card has bandwidth, flops and memory, or none for an H100")
        assumed.append("an H100: 3.35e12 bytes/s, 989e12 operations/s, 80e9 bytes")
    if missing := [key for key in DRAFT if key not in given]:
        assumed.append("; ".join(f"{key} {DRAFT[key]:g}" for key in missing))
    if "draft_cost" in missing:
        assumed.append("so a cheap draft: of Llama 3.2 1B's shape, timed, it cost over a fifth of a step of the 8B; "
                       "with such a small model give --draft-cost 0.23")  # fmt: skip
    assumed.append("8-bit weights and activations compute twice as fast as 16 bits")
    all_given = CARD | DRAFT | given
    rest = {key: all_given[key] for key in (*CARD, *DRAFT, "batch", "context")}
    return Asked(model=model, assumed=tuple(assumed), **rest)


def sizes(given: dict[str, Any], assumed: list[str]) -> roof.Sizes:
    """The model by its sizes. Raises ValueError if one is missing, or the output is larger than the whole."""
    for key in ("weights", "kv"):
        if key not in given:
            raise ValueError(f"{key} is missing; it is {NUMBERS[key][3]} (or give --config config.json)")
    output = given.get("output", 0.0)
    if "output" not in given:
        assumed.append("a step reads all weights, and all can shrink; --output says how many stay in 16 bits")
    if 2 * output >= given["weights"]:
        raise ValueError(f"output is {output:g}; output and embedding together are no less than all weights")
    if "heads_per_kv" not in given:
        assumed.append("heads_per_kv 4")
    cached = given["kv"] / 2
    attention = 2 * cached * given.get("heads_per_kv", 4)
    return roof.Sizes(given["weights"] - 2 * output, output, 2 * output, cached, attention)


def shape(path: Path, assumed: list[str]) -> roof.Shape:
    """The dense model of a config.json as Hugging Face writes it. Raises ValueError for any other."""
    found, wrong = load(path)
    for key in found:
        if (key == "kv_lora_rank" or "expert" in key) and found[key] not in (None, 0, 1):
            raise wrong(key, f"{key} is {found[key]!r}; only dense models that cache keys and values are computed")
    for key in (*SHAPE, "num_key_value_heads", "head_dim"):
        value = found.get(key)
        if value is None and key not in SHAPE:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10**7:
            said = "missing" if value is None else repr(value)
            raise wrong(key, f"{key} is {said}; it is a whole number from 1 to 10,000,000")
    named = {name: found[key] for key, name in SHAPE.items()}
    groups, head = found.get("num_key_value_heads"), found.get("head_dim")
    if groups is None:
        assumed.append("num_key_value_heads as many as num_attention_heads")
    if groups and named["heads"] % groups:
        raise wrong("num_key_value_heads", f"num_key_value_heads is {groups}, no divisor of {named['heads']} heads")
    if head is None and named["width"] % named["heads"]:
        raise wrong("head_dim", "head_dim is missing, and hidden_size is no multiple of num_attention_heads")
    if found.get("tie_word_embeddings"):
        assumed.append("an embedding of its own, though config.json ties it to the output; a little less room")
    if found.get("quantization_config"):
        assumed.append("all in 16 bits to begin with, though config.json is of a build with fewer")
    if found.get("sliding_window") and found.get("use_sliding_window", True):
        assumed.append("every layer reads the whole context, though config.json has a sliding window")
    return roof.Shape(groups=groups or named["heads"], head=head or named["width"] // named["heads"], **named)


def load(path: Path) -> tuple[dict[str, Any], Wrong]:
    """A TOML or JSON file's keys, and the error for one of them. Raises ValueError if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = json.loads(text, object_pairs_hook=once) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path}: not text in UTF-8") from None
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: not {'JSON' if path.suffix == '.json' else 'TOML'}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from None
    if not isinstance(found, dict):
        raise ValueError(f"{path}: a {type(found).__name__}; names with values are wanted")

    def wrong(key: str, said: str) -> ValueError:
        lines = enumerate(text.splitlines(), 1)
        starts = (n for n, line in lines if re.split("[=:]", line)[0].strip(' 	{"') == key)
        return ValueError(f"{path}:{next(starts, 1)}: {said}")

    return found, wrong


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ValueError for a key that stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"{next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))} stands twice")
    return found


def from_text(text: str) -> Any:
    """An option's text as a number, where it is one."""
    try:
        return float(text)
    except ValueError:
        return text


def number(key: str, value: Any, wrong: Wrong) -> float | int:
    """A value as the number that its key wants; `batch` "full" is 0. Raises what `wrong` makes."""
    least, greatest, whole, what = NUMBERS[key]
    if key == "batch" and value == "full":
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        raise wrong(key, f"{key} is {value!r}; it is {what}")
    if not least <= value <= greatest or (whole and value != int(value)):
        raise wrong(
            key, f"{key} is {value:g}; it is {what}, {'whole, ' if whole else ''}from {least:g} to {greatest:g}"
        )
    return int(value) if whole else float(value)
