"""What one decoding step of a dense model reads, from its config.json: lines that stand by themselves, for copying."""

from __future__ import annotations


# --8<-- [start:step]
def read_a_step(
    config: dict[str, int],
    requests: float,
    tokens: float,
) -> tuple[float, float]:
    """GB of weights and of cache, in 16 bits, that a step reads."""
    width, layers = config["hidden_size"], config["num_hidden_layers"]
    heads = config["num_attention_heads"]
    groups = config.get("num_key_value_heads") or heads
    head = config.get("head_dim") or width // heads
    attention = 2 * width * head * (heads + groups)
    feed_forward = 3 * width * config["intermediate_size"]
    weights = layers * (attention + feed_forward)
    weights += width * config["vocab_size"]
    cached = 2 * layers * groups * head * tokens * requests
    return 2 * weights / 1e9, 2 * cached / 1e9


LLAMA = {
    "hidden_size": 4096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "intermediate_size": 14336,
    "vocab_size": 128256,
}
# --8<-- [end:step]
