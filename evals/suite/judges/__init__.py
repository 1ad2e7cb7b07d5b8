"""Who decides what needs a judge, and what their decisions are worth."""
