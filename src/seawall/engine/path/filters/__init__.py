"""Security admin rules and groups, and what the platform needs through them."""
