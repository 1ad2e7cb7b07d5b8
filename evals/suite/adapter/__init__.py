"""RAGAS: the only rooms that know it."""
