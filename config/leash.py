"""Ends the processes of a parent that was killed before it could.

Started with a pipe as standard input, which the kernel closes with the parent. Each line is the
process group of one child; the line "done" says that the parent ended them itself.
"""

import os
import signal
import sys
import time

GRACE = 10.0


def main() -> None:
    groups: list[int] = []
    for line in sys.stdin:
        if line.strip() == "done":
            return
        groups.append(int(line))
    _signal(groups, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while _signal(groups, 0) and time.monotonic() < deadline:
        time.sleep(0.1)
    _signal(groups, signal.SIGKILL)


def _signal(groups: list[int], number: int) -> bool:
    """Signal every group; whether any is left."""
    found = False
    for group in groups:
        try:
            os.killpg(group, number)
            found = True
        except (ProcessLookupError, PermissionError):
            continue
    return found


if __name__ == "__main__":
    main()
