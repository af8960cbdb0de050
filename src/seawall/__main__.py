"""`python -m seawall` is the `seawall` command."""

from seawall.app.cli.main import main

main()
