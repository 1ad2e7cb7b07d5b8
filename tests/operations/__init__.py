"""What whoever runs the program needs."""
