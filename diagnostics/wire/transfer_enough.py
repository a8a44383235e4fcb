"""Whether a transfer's figure is good enough to stop at."""

from diagnostics.wire.estimate import Estimate
from diagnostics.wire.throughput import Stop, TransferPlan

# After so long without a clear figure a wider interval is good enough, and said so.
_PATIENCE_S = 3.0
# A line that is full and still not steady: long enough for its mean to say something.
_VARYING_S = 1.5
_VARYING_TIMES = 7.5  # the precision of a steady line, a second
# Neither steady nor full all the time by then (a policer that drops, say): a rough figure.
_UNCLEAR_S, _UNCLEAR_TRIPS = 5.0, 25
# More than that times what is sold is a burst, perhaps: watched so many times as long.
_BURST, _BURST_TIMES = 1.25, 3.0


def good_enough(found: Estimate, plan: TransferPlan, ran_s: float, rtt_ms: float) -> Stop | None:
    """Why one may stop now; None: not yet. `ran_s` since the first byte, `rtt_ms` 0 if unknown."""
    if ran_s < _least_s(found, plan):
        return None
    if found.steady:
        precision = plan.precision * max(1.0, ran_s / _PATIENCE_S)
        return "stable" if found.half_width <= precision else None
    if found.shape == "rough":
        return "unclear" if found.rate_bps > 0 and ran_s >= _unclear_s(rtt_ms) else None
    if ran_s < _VARYING_S:
        return None
    return "varying" if found.half_width <= _VARYING_TIMES * plan.precision * ran_s else None


def _unclear_s(rtt_ms: float) -> float:
    """Windows have opened and connections were added by then: more of it tells no more."""
    return max(_UNCLEAR_S, _UNCLEAR_TRIPS * rtt_ms / 1000)


def _least_s(found: Estimate, plan: TransferPlan) -> float:
    least_s = plan.min_duration_s
    if plan.allowance_bytes and found.rate_bps > 0:
        allowed_s = 8 * plan.allowance_bytes / found.rate_bps
        least_s = min(least_s, max(plan.shortest_s, allowed_s))
    burst = 0 < _BURST * plan.expected_bps < found.rate_bps
    return _BURST_TIMES * least_s if burst else least_s
