"""The conversation as respondents see it on a page: what was said, and one question to answer."""
