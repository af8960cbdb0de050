"""What is written into packets and files, as bytes; no socket and no clock."""
