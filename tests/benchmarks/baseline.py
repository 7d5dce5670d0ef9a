"""The bar for a cold start: what any command costs that reads YAML and prints a table with click and rich."""

from __future__ import annotations

import click
import yaml
from rich.console import Console
from rich.table import Table

ROWS = 22  # VGG16 as the lecture prints it: the input, 13 convolutions, 5 pools, 3 linears

title = f"click {click.Command.__name__}, yaml {yaml.__version__}"
table = Table("name", "kind", "output", "memory", "params", "ops", title=title)
for number in range(ROWS):
    table.add_row(f"conv{number}", "conv", "224 x 224 x 64", f"{3_211_264 + number:,}", f"{36_928:,}", f"{1_849_688_064:,}")
Console().print(table)
