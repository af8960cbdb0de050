"""Records as they were written, whatever tool wrote them, and their single values."""
