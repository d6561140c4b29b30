"""`python -m frontdesk` is the `frontdesk` command."""

from frontdesk.app.cli import main

main()
