"""Who may use the page: sign-in, roles, whose is what, limits, and where the page is served."""
