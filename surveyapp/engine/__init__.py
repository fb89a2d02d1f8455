"""The questionnaire engine: pure functions of (questionnaire, answers). No input or output, no clock."""
