"""Windows of the clock that limits and codes live in: a story that counts in one waits until it fits."""

import time


def room(seconds: int, window: int) -> None:
    """Wait for the next window unless so many seconds of this one are left."""
    left = window - time.time() % window
    if left < seconds:
        time.sleep(left)
