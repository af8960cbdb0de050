"""From files of Bicep to templates with symbolic names, places kept."""
