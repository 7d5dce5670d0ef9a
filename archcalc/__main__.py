"""The command `archcalc`, also as `python -m archcalc`."""

from __future__ import annotations

import gc
import sys

# Nearly all that is loaded stays until the end. Looking through it for garbage at the usual pace (every 700 objects) costs a
# tenth of the time to the first table, so the pace is set before anything is loaded.
gc.set_threshold(1_000_000, 10, 10)


def main() -> None:
    """Run the command line. Interrupted while it still loads, it ends as quietly as later."""
    try:
        from archcalc.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
