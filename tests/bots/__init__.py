"""The Bot API as Telegram runs it, people who use it, and what has to be true of a bot between the two."""
