"""How seldom a short-lived process looks for circular garbage.

A check makes some 50 000 objects that stay until its end. Python's own rhythm looks through them
a hundred times, and once more while the process ends: a tenth of a second of processor in all
(measured, 2 cores), for some hundred kilobytes that come back.
"""

from __future__ import annotations

import atexit
import gc

#: new containers between two looks at the young ones; Python's own is 700
_YOUNG = 20_000


def look_seldom() -> None:
    """For the rest of this process, which ends with its work; what is left goes with it."""
    gc.set_threshold(_YOUNG, 10, 10)
    atexit.register(gc.freeze)
