"""How much a spec may ask for. Each limit is an error with a place when passed, never a hang.

A program that needs more raises them: `archcalc.limits.layers = 5_000_000`.
"""

from __future__ import annotations


class Limits:
    """The limits in force, one set for the process."""

    file_bytes = 2_000_000  # size of a spec file
    report_bytes = 100_000_000  # size of a saved report
    nodes = 200_000  # values, lists and mappings in a spec file
    nesting = 64  # levels of nesting in a spec file
    formula_length = 1_000  # characters in one formula
    formula_depth = 40  # nesting inside one formula
    bits = 4_096  # bits of one whole number, and of numerator and denominator of a fraction
    list_length = 10_000  # entries of one list, those of lists inside it included
    size = 10**15  # one axis of a tensor, one kernel, one stride
    loop = 1_000_000  # rounds of one `for` or `repeat`
    layers = 200_000  # layers in a built network
    rounds = 250_000  # lines of the spec carried out while building, loops counted as often as they run
    call_depth = 64  # blocks, groups and branches inside each other while building
    name_length = 400  # characters in the full name of a layer, with the blocks around it
    axes = 16  # axes of an input
    names = 1_000  # parameters of a spec, arguments of a block, counters of a loop
    mistakes = 100  # mistakes collected before reading stops
    tensors = 4_096  # tensors that flow side by side, or that one layer takes or gives
    symbolic_terms = 500  # operations in one symbolic size


limits = Limits()
