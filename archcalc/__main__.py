"""The command `archcalc`, also as `python -m archcalc`."""

from __future__ import annotations

import gc

# Nearly all that is loaded stays until the end. Looking through it for garbage at the usual pace (every 700 objects) costs a
# tenth of the time to the first table; the modules below are imported after this line for that reason.
gc.set_threshold(1_000_000, 10, 10)

from archcalc.cli.main import main  # noqa: E402

if __name__ == "__main__":
    main()
