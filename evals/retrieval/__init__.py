"""How well the right passages are found, beside simpler systems, on outside and own questions."""
