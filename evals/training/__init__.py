"""Trains the small models that ship with the program. Nothing here is needed to run it."""
