"""What is measured of an answer: the metrics, each with a value or the reason for none."""
