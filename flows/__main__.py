"""``python -m flows``: the ``tenki`` command where it is not installed as a script."""

from flows.command import main

main()
