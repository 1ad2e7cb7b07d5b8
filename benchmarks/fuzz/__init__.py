"""Coverage-guided fuzzing of the readers and the parser: mutated documents of every format."""
