"""Language models by name: the embedded ones, fetched on request, and remote ones."""
