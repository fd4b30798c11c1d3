"""What independence is worth: a chain of steps, exactly, when their failures come together (Gaussian copula)."""

from __future__ import annotations

import numpy as np
from scipy.special import roots_hermitenorm
from scipy.stats import norm


def all_pass(chance: float, steps: int, together: float) -> float:
    """Probability that all steps pass, each with `chance`, where any two latent variables correlate by `together`.

    One common factor (Gauss-Hermite quadrature). By Slepian's inequality it rises with `together`.
    """
    nodes, weights = roots_hermitenorm(120)
    each = norm.cdf((norm.ppf(chance) - np.sqrt(together) * nodes) / np.sqrt(1 - together))
    return float((weights * each**steps).sum() / weights.sum())
