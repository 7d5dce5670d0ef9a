"""The spec language: YAML nodes to a Spec of checked items, every variant and block, used or not."""

from archcalc.spec.model import Block, Branch, Expression, Item, Param, Spec, Variant
from archcalc.spec.read import read_spec

__all__ = ["Block", "Branch", "Expression", "Item", "Param", "Spec", "Variant", "read_spec"]
