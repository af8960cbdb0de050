"""NetworkPolicy, with the validation of the API server."""
