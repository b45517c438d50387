"""Holds the place at a target's account for a while, as a run does, and prints from when to when.

``python -m tests.flows.hold_place TARGET SECONDS``
"""

from __future__ import annotations

import sys
import time

from flows import environment
from flows.accounts import place

if __name__ == "__main__":
    environment.prepare()
    with place(sys.argv[1], wait_s=60.0) as ours:
        assert ours
        print(time.monotonic(), flush=True)
        time.sleep(float(sys.argv[2]))
        print(time.monotonic(), flush=True)
