"""Runs of the evaluation suite: questions answered by the real assistant, scored and compared."""
