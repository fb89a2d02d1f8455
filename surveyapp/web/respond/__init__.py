"""What respondents see: consent, questions, review, receipt, and the ways back to unfinished answers."""
