"""Takes an archive of what was read: secrets dropped, lines kept."""
