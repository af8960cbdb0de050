"""Who is told apart: units of pods, address classes, services, columns of rows."""
