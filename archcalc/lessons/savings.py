"""Why a block is built as it is: what it costs, and what the plain form would, with the arithmetic of both.

Found in the layers themselves, whatever their names: chains of convolutions through which one tensor flows, and attention.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from archcalc.analysis.report import LayerReport, Report
from archcalc.expr import formula
from archcalc.layers.conv import Conv
from archcalc.lessons.pages import Entry, Equation, Section
from archcalc.numbers import exact, times
from archcalc.shapes import Picture

MOST_FURTHER = 2  # tokens beside the patches: for the class, and for a teacher
LONGEST_STACK = 4  # of small windows that anyone would replace by a large one
LETTERS = {
    "C": "channels in", "m": "channels between", "K": "channels out", "groups": "groups", "F": "side of a window",
    "F_h": "its height", "F_w": "its width", "n": "how many, or how long", "P_in": "positions before", "P": "positions behind",
    "T": "positions", "N": "of them in a window", "D": "features", "H": "height", "W": "width",
}  # fmt: skip


class Cost(NamedTuple):
    """A form of a block: what it is, its weights and its multiply-accumulates, as formulas in the letters of the saving.

    `said` is the same with its channels, for where nothing else tells them.
    """

    what: str
    weights: str
    macs: str
    said: str = ""


class Saving(NamedTuple):
    """What a block saves against its plain form.

    `kind` names the idea (bottleneck, separable, ...), `layers` are those that it was found in, `values` the numbers of the
    letters. Weights are counted without biases, as are the MACs.
    """

    kind: str
    title: str
    why: str
    layers: tuple[str, ...]
    values: Mapping[str, int]
    block: Cost
    plain: Cost

    def worked(self, name: str, text: str) -> Equation:
        """A formula of the saving with its numbers."""
        found = formula(text)
        return Equation(name, text, found.shown(self.values), exact(self.number(text)))

    def number(self, text: str) -> int:
        """The value of a formula of the saving."""
        value = formula(text).evaluate(self.values)
        assert type(value) is int
        return value

    @property
    def weights_ratio(self) -> Fraction | None:
        """How many times as many weights the plain form has; None where neither has any."""
        return _ratio(self, self.plain.weights, self.block.weights) if self.block.weights else None

    @property
    def macs_ratio(self) -> Fraction:
        """How many times as many multiply-accumulates the plain form takes."""
        return _ratio(self, self.plain.macs, self.block.macs)

    def section(self) -> Section:
        """The saving as a part of a page."""
        letters = ", ".join(f"{letter} = {exact(value)} ({LETTERS[letter]})" for letter, value in self.values.items())
        entries: list[Entry] = [self.why, f"with {letters}"]
        if self.block.weights:
            entries += [
                self.worked("weights", self.block.weights),
                self.worked(f"weights of {self.plain.what}", self.plain.weights),
            ]
        entries += [self.worked("macs", self.block.macs), self.worked(f"macs of {self.plain.what}", self.plain.macs)]
        factors = [f"{times(self.macs_ratio)} times the multiply-accumulates"]
        if self.weights_ratio is not None:
            factors.insert(0, f"{times(self.weights_ratio)} times the weights")
        entries.append(f"so {self.plain.what} would take {' and '.join(factors)}")
        return Section(self.title, tuple(entries))


def _ratio(saving: Saving, above: str, below: str) -> Fraction:
    return Fraction(saving.number(above), saving.number(below))


# ------------------------------------------------------------------------------------------ chains of convolutions


class Link(NamedTuple):
    """A convolution of a chain, with plain numbers."""

    name: str
    channels: int  # in
    out: int
    kernel: tuple[int, int]
    stride: tuple[int, int]
    groups: int
    positions: int  # of the output
    before: int  # positions of the input

    @property
    def depthwise(self) -> bool:
        """Whether each channel is filtered alone."""
        return self.groups == self.channels == self.out > 1

    @property
    def pointwise(self) -> bool:
        """Whether it looks at one position only, and mixes all channels."""
        return self.kernel == (1, 1) and self.groups == 1


def chains(layers: Iterable[LayerReport]) -> list[list[Link]]:
    """The convolutions that follow each other with nothing but norms, activations and dropout between them."""
    layers = list(layers)
    inside = {layer.name: layer for layer in layers}
    readers: dict[str, list[LayerReport]] = {}
    for layer in layers:
        for name in layer.inputs:
            readers.setdefault(name, []).append(layer)
    links = {layer.name: link for layer in layers if (link := _link(layer)) is not None}
    follows: dict[str, str] = {}
    for name in links:
        after = _next(name, inside, readers)
        if after in links:
            follows[name] = after
    starts = [name for name in links if name not in follows.values()]
    found = []
    for name in starts:
        chain = [links[name]]
        while name in follows:
            name = follows[name]
            chain.append(links[name])
        found.append(chain)
    return found


def _link(layer: LayerReport) -> Link | None:
    conv = layer.work.layer
    if not isinstance(conv, Conv) or not isinstance(layer.output, Picture) or len(layer.output) != 3:
        return None
    numbers = (*layer.input_shapes[0], *layer.output, *conv.kernel, *conv.stride, conv.groups)
    if any(type(number) is not int for number in numbers):
        return None
    _, high, wide = layer.input_shapes[0]
    positions = layer.output[1] * layer.output[2]
    return Link(layer.name, layer.input_shapes[0][0], conv.out, (conv.kernel.h, conv.kernel.w), (conv.stride.h, conv.stride.w),
                conv.groups, positions, high * wide)  # fmt: skip


def _next(name: str, inside: Mapping[str, LayerReport], readers: Mapping[str, list[LayerReport]]) -> str:
    """The convolution, or other layer, that alone reads what this one gives, past norms and activations."""
    while True:
        reading = readers.get(name, [])
        if len(reading) != 1 or len(reading[0].inputs) != 1:
            return ""
        name = reading[0].name
        if not inside[name].work.layer.attends:
            return name


# ------------------------------------------------------------------------------------------ ideas


def savings(layers: Iterable[LayerReport]) -> list[Saving]:
    """What the parts of a block, or of a network, save, in the order in which they come; what saves nothing is left out."""
    layers = list(layers)
    found = [saving for chain in chains(layers) for saving in _of_chain(chain)]
    found += [saving for layer in layers for saving in _of_attention(layer)]
    return [saving for saving in found if saving.macs_ratio > 1]


def _of_chain(chain: list[Link]) -> Iterator[Saving]:
    """The ideas in a chain of convolutions: the longest first, each convolution in one of them."""
    at = 0
    while at < len(chain):
        for length, ideas in ((3, (_bottleneck,)), (2, (_separable, _factorised, _reduced))):
            window = chain[at : at + length]
            saving = next((made for idea in ideas if len(window) == length and (made := idea(*window))), None)
            if saving is not None:
                yield saving
                at += length
                break
        else:
            end = at + 1
            while end < len(chain) and _stacks(chain[at], chain[end]):
                end += 1
            stacked = _stacked(chain[at:end])
            if stacked is not None:
                yield stacked
            elif (grouped := _grouped(chain[at])) is not None:
                yield grouped
            at = end if stacked is not None else at + 1


def _area(link: Link) -> str:
    return "F*F" if link.kernel[0] == link.kernel[1] else "F_h*F_w"


def _letters(link: Link) -> dict[str, int]:
    high, wide = link.kernel
    return {"F": high} if high == wide else {"F_h": high, "F_w": wide}


def _square(link: Link) -> bool:
    return link.kernel[0] == link.kernel[1] > 1


def _bottleneck(down: Link, middle: Link, up: Link) -> Saving | None:
    """ResNet's bottleneck (arXiv:1512.03385, section 4.1): 1x1 to fewer channels, a window, 1x1 back to more."""
    if not (down.pointwise and up.pointwise and _square(middle) and down.out < down.channels and up.out > up.channels):
        return None
    if middle.channels != middle.out:
        return None
    groups = "" if middle.groups == 1 else "//groups"
    values = {"C": down.channels, "m": down.out, "K": up.out, **_letters(middle), "P_in": down.positions, "P": up.positions}
    values |= {"groups": middle.groups} if groups else {}
    size = f"{middle.kernel[0]}x{middle.kernel[1]}"
    block = Cost("the bottleneck", f"C*m + F*F*(m{groups})*m + m*K", f"P_in*C*m + P*F*F*(m{groups})*m + P*m*K")
    block = Cost(block.what, *(text.replace("(m)", "m") for text in (block.weights, block.macs)))
    said = f"two {size} in their place, from {down.channels} to {up.out} and from {up.out} to {up.out} channels,"
    plain = Cost(f"two {size} on all channels", "F*F*C*K + F*F*K*K", "P*F*F*C*K + P*F*F*K*K", said)
    why = (
        f"1x1 takes {down.channels} channels to {down.out}, the {size} works on these, and 1x1 brings them to {up.out}: "
        f"the window, whose cost grows with the square of the channels, sees few of them"
    )
    return Saving(
        "bottleneck", f"a bottleneck against two {size}", why, (down.name, middle.name, up.name), values, block, plain
    )


def _separable(filters: Link, mix: Link) -> Saving | None:
    """A depthwise convolution and a 1x1 (arXiv:1704.04861, section 3.1) in place of one that does both at once."""
    if not (filters.depthwise and mix.pointwise and filters.kernel != (1, 1)):
        return None
    area, size = _area(filters), f"{filters.kernel[0]}x{filters.kernel[1]}"
    values = {"C": filters.channels, "K": mix.out, **_letters(filters), "P": filters.positions}
    block = Cost("the two", f"{area}*C + C*K", f"P*{area}*C + P*C*K")
    said = f"one full {size} in the place of both, from {filters.channels} to {mix.out} channels,"
    plain = Cost(f"a full {size}", f"{area}*C*K", f"P*{area}*C*K", said)
    why = (
        f"a {size} filters each of the {filters.channels} channels alone, and a 1x1 mixes them: together about "
        f"1/{mix.out} + 1/{filters.kernel[0] * filters.kernel[1]} of a convolution that does both at once"
    )
    return Saving(
        "separable", f"depthwise separable against a full {size}", why, (filters.name, mix.name), values, block, plain
    )


def _factorised(first: Link, second: Link) -> Saving | None:
    """A row and a column in place of a square (arXiv:1512.00567, section 3.2)."""
    one, other = first.kernel, second.kernel
    if 1 not in one or 1 not in other or one != other[::-1] or one == (1, 1) or (first.groups, second.groups) != (1, 1):
        return None
    n = max(one)
    values = {"C": first.channels, "m": first.out, "K": second.out, "n": n, "P_in": first.positions, "P": second.positions}
    names = f"{one[0]}x{one[1]} and {other[0]}x{other[1]}"
    block = Cost("the two", "n*C*m + n*m*K", "P_in*n*C*m + P*n*m*K")
    said = f"one {n}x{n} in the place of both, from {first.channels} to {second.out} channels,"
    plain = Cost(f"one {n}x{n}", "n*n*C*K", "P*n*n*C*K", said)
    why = f"{names} together see {n}x{n} pixels, with {2 * n} weights for each pair of channels instead of {n * n}"
    return Saving("factorised", f"{names} against {n}x{n}", why, (first.name, second.name), values, block, plain)


def _reduced(down: Link, window: Link) -> Saving | None:
    """A 1x1 that leaves fewer channels to a larger window, as in the Inception module (arXiv:1409.4842, section 4)."""
    if not (down.pointwise and window.groups == 1 and window.kernel != (1, 1) and down.out < down.channels):
        return None
    area, size = _area(window), f"{window.kernel[0]}x{window.kernel[1]}"
    values = {"C": down.channels, "m": down.out, "K": window.out, **_letters(window), "P_in": down.positions,
              "P": window.positions}  # fmt: skip
    block = Cost("the two", f"C*m + {area}*m*K", f"P_in*C*m + P*{area}*m*K")
    said = f"one {size} straight from {down.channels} to {window.out} channels"
    plain = Cost(f"the {size} alone", f"{area}*C*K", f"P*{area}*C*K", said)
    why = f"1x1 leaves {down.out} of {down.channels} channels for the {size} to read"
    return Saving("reduced", f"a 1x1 before the {size} against none", why, (down.name, window.name), values, block, plain)


def _stacks(first: Link, following: Link) -> bool:
    """Whether a window follows a like one that keeps size and channels."""
    plain = following.groups == 1 == first.groups and following.stride == (1, 1)
    return plain and following.kernel == first.kernel and following.channels == following.out == first.out


def _stacked(links: list[Link]) -> Saving | None:
    """Small windows behind each other in place of a large one (arXiv:1409.1556, section 2.3)."""
    first = links[0]
    if not 2 <= len(links) <= LONGEST_STACK or not _square(first) or first.groups != 1 or first.stride != (1, 1):
        return None
    size, count, wide = first.kernel[0], len(links), len(links) * (first.kernel[0] - 1) + 1
    values = {"C": first.channels, "K": first.out, "F": size, "n": count, "P": first.positions}
    block = Cost(f"the {count} together", "F*F*C*K + (n - 1)*F*F*K*K", "P*(F*F*C*K + (n - 1)*F*F*K*K)")
    if first.channels == first.out:
        block = Cost(block.what, "n*F*F*C*K", "P*n*F*F*C*K")
    said = f"one {wide}x{wide} in their place, from {first.channels} to {first.out} channels,"
    plain = Cost(f"one {wide}x{wide}", "(n*(F - 1) + 1)**2*C*K", "P*(n*(F - 1) + 1)**2*C*K", said)
    why = f"{count} of {size}x{size} behind each other see as many pixels as one {wide}x{wide}, with more steps between"
    title, names = f"{count} of {size}x{size} against one {wide}x{wide}", tuple(link.name for link in links)
    return Saving("stacked", title, why, names, values, block, plain)


def _grouped(link: Link) -> Saving | None:
    """Groups that do not see each other (arXiv:1611.05431)."""
    if link.groups == 1 or link.channels % link.groups or link.depthwise:
        return None
    area, size = _area(link), f"{link.kernel[0]}x{link.kernel[1]}"
    values = {"C": link.channels, "K": link.out, "groups": link.groups, **_letters(link), "P": link.positions}
    block = Cost("the groups", f"{area}*(C//groups)*K", f"P*{area}*(C//groups)*K")
    plain = Cost(f"a {size} without groups", f"{area}*C*K", f"P*{area}*C*K", f"the same {size} without groups")
    why = f"each of the {link.groups} groups reads only {link.channels // link.groups} of the {link.channels} channels"
    return Saving("grouped", f"{link.groups} groups against one", why, (link.name,), values, block, plain)


def _of_attention(layer: LayerReport) -> Iterator[Saving]:
    """Windows in place of the whole picture (arXiv:2103.14030, section 3.2): what the products of queries and keys cost."""
    work = layer.work
    if layer.kind != "window_attention" or any(type(work.values.get(letter)) is not int for letter in ("T", "N", "C")):
        return
    values = {letter: work.values[letter] for letter in ("T", "N", "C")}
    block, plain = Cost("the windows", "", "2*T*N*C"), Cost("attention to all positions", "", "2*T*T*C")
    why = f"each of the {values['T']} positions looks at the {values['N']} of its window, and not at all others"
    yield Saving("windows", "attention in windows against all positions", why, (layer.name,), values, block, plain)


def patches(report: Report) -> Saving | None:
    """Patches in place of pixels as tokens (arXiv:2010.11929): what the products of one attention layer cost.

    Given where the first convolution cuts pictures of known size into patches, and attention to all of these, perhaps with a
    class token that is left out here, is somewhere behind it.
    """
    cut = next((link for layer in report.layers if (link := _link(layer)) is not None), None)
    layer = next((layer for layer in report.layers if layer.kind == "attention"), None)
    if cut is None or layer is None or cut.kernel != cut.stride or cut.kernel == (1, 1):
        return None
    shape, tokens = next(one for one in report.layers if one.name == cut.name).input_shapes[0], layer.input_shapes[0][-2]
    numbers = {"T": cut.positions, "D": layer.work.values.get("inner", layer.work.values["D"]), "H": shape[1], "W": shape[2]}
    if type(tokens) is not int or type(numbers["D"]) is not int or not 0 <= tokens - cut.positions <= MOST_FURTHER:
        return None
    block, plain = Cost("the patches", "", "2*T*T*D"), Cost("attention between pixels", "", "2*(H*W)*(H*W)*D")
    why = (
        f"every token looks at every other one, so the cost grows with the square of their number: {cut.positions} patches, "
        f"and not {cut.before} pixels"
    )
    return Saving("patches", "patches as tokens against pixels", why, (layer.name,), numbers, block, plain)
