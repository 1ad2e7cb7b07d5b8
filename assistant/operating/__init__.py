"""What whoever runs the program needs: what happens told as data, figures, logs, readiness,
backups."""
