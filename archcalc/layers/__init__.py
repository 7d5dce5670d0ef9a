"""The layer kinds, one family a file. Importing this package registers them all."""

from __future__ import annotations

from importlib import import_module
from os import listdir
from os.path import dirname

for _module in sorted(listdir(dirname(__file__))):  # discovery, not a list: a new kind touches one file
    if _module.endswith(".py") and _module not in ("__init__.py", "base.py", "fields.py", "window.py"):
        import_module(f"archcalc.layers.{_module[:-3]}")
