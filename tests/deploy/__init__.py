"""What is handed to whoever installs the program."""
