"""`python -m local <command>`."""

from local.command_line import main

main()
