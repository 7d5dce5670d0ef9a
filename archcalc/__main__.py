"""`python -m archcalc` is the command `archcalc`."""

from __future__ import annotations

from archcalc.cli.main import main

if __name__ == "__main__":
    main()
