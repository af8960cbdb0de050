"""The command line: one program, one word a verb."""
