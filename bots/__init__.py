"""Messaging channels: thin shells around the same conversation."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot then gives durations, as later releases always will
