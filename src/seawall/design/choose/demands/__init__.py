"""What each need asks of the choices: a module a subject."""
