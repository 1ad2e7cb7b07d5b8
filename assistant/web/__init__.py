"""The parts of the page; imported by ``app`` only."""
