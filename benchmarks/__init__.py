"""Speed and scale of the program, measured beside what people commonly use instead."""
