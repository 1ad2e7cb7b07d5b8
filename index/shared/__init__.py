"""One index for several machines: a Chroma server holds it, each machine mirrors it."""
