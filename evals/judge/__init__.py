"""How good the check of a sentence is, on material that people labelled."""
