"""The arithmetic of sliding windows, shared by convolution and pooling (Dumoulin and Visin, arXiv:1603.07285)."""

from __future__ import annotations

from collections.abc import Iterator

from archcalc.arithmetic import Number
from archcalc.expr import formula
from archcalc.layers.base import Window, Worksheet
from archcalc.layers.fields import Pair, Sides
from archcalc.layers.pitfalls import Pitfall, window_pitfalls

ONE = Pair(1, 1)


def identical(*sizes: Number) -> bool:
    """Whether sizes are written the same. Chooses between ways to print a formula, never between results."""
    return all(str(size) == str(sizes[0]) for size in sizes)


def slide(s: Worksheet, kernel: Pair, stride: Pair, pad: Sides | str, dilation: Pair = ONE, ceil: bool = False) -> Pair:
    """Write the output size along H and W, `H_out` and `W_out`, and what one position sees.

    For dilation 1 and equal padding on both sides it is the lecture's (W - F + 2*P)/S + 1; else relation 15 of
    arXiv:1603.07285. `ceil` rounds up as Caffe does, but never starts a window beyond the input and its left padding.
    """
    square = identical(*kernel) and identical(*stride) and identical(*dilation) and _square_padding(pad)
    sizes = []
    for axis, index in (("H", 0), ("W", 1)):
        suffix = "" if square else "_" + axis.lower()
        s.call(**{"F" + suffix: kernel[index], "S" + suffix: stride[index], "dilation" + suffix: dilation[index]})
        reach = _reach(suffix, dilation[index])
        if isinstance(pad, str):
            sizes.append(s.size(axis + "_out", f"ceil({axis}/S{suffix})", "same: as much padding as that takes"))
            continue
        padding, first = _padding(s, pad, axis, suffix)
        if ceil:
            text = f"min(ceil(({axis} - {reach}{padding})/S{suffix}) + 1, ceil(({axis} + {first})/S{suffix}))"
        else:
            text = f"floor(({axis} - {reach}{padding})/S{suffix}) + 1"
        sizes.append(s.size(axis + "_out", text))
    if not ceil and not isinstance(pad, str):
        _note_dropped(s, kernel, stride, pad, dilation)
    s.window(*(Window(dilation[i] * (kernel[i] - 1) + 1, stride[i]) for i in (0, 1)))
    return Pair(*sizes)


def _reach(suffix: str, dilation: Number) -> str:
    """The size of a window, with the gaps in it, in the letters of its axis."""
    return f"F{suffix}" if identical(dilation, 1) else f"(dilation{suffix}*(F{suffix} - 1) + 1)"


def size_pitfalls(kernel: Pair, stride: Pair, pad: Sides | str, dilation: Pair = ONE, ceil: bool = False) -> Iterator[Pitfall]:
    """What is easily forgotten about the output size that `slide` writes, in its letters."""
    if isinstance(pad, str):
        return
    square = identical(*kernel) and identical(*stride) and identical(*dilation) and _square_padding(pad)
    for axis, index in (("H", 0), ("W", 1)):
        suffix = "" if square else "_" + axis.lower()
        before, after = (pad.top, pad.bottom) if axis == "H" else (pad.left, pad.right)
        even = identical(before, after)
        padding = "" if even and identical(before, 0) else f" + 2*P{suffix}" if even else f" + {' + '.join(_borders(axis))}"
        one_side = f"P{suffix}" if even and padding else ""
        yield from window_pitfalls(axis, suffix, _reach(suffix, dilation[index]), padding, one_side, ceil)


def _borders(axis: str) -> tuple[str, str]:
    return ("P_top", "P_bottom") if axis == "H" else ("P_left", "P_right")


def _square_padding(pad: Sides | str) -> bool:
    return isinstance(pad, str) or identical(*pad)


def _padding(s: Worksheet, pad: Sides, axis: str, suffix: str) -> tuple[str, str]:
    """Bind the padding's letters; the text that adds all of it, and the name of what stands before the first pixel."""
    before, after = (pad.top, pad.bottom) if axis == "H" else (pad.left, pad.right)
    if identical(before, after):
        s.call(**{"P" + suffix: before})
        return f" + 2*P{suffix}", f"P{suffix}"
    names = _borders(axis)
    s.call(**dict(zip(names, (before, after), strict=True)))
    return f" + {names[0]} + {names[1]}", names[0]


def _note_dropped(s: Worksheet, kernel: Pair, stride: Pair, pad: Sides, dilation: Pair) -> None:
    """Say so when the stride does not fit and the last rows or columns of real pixels are never read."""
    what = {}
    for axis, index in (("H", 0), ("W", 1)):
        before, after = (pad.top, pad.bottom) if index == 0 else (pad.left, pad.right)
        numbers = (s[axis], kernel[index], stride[index], before, after, dilation[index])
        if all(type(n) is int for n in numbers):
            what[axis] = _dropped(*numbers)
    both = [axis for axis, (count, _) in what.items() if count > 0]
    if len(both) == 2 and what["H"] == what["W"]:
        count, exact = what["H"]
        many = "the last row and column of pixels are" if count == 1 else f"the last {count} rows and columns of pixels are"
        s.note(f"the stride does not fit: {exact}, so {many} dropped")
        return
    for axis in both:
        count, exact = what[axis]
        line = "row" if axis == "H" else "column"
        many = f"the last {line} of pixels is" if count == 1 else f"the last {count} {line}s of pixels are"
        s.note(f"the stride does not fit along {axis}: {exact}, so {many} dropped")


def _dropped(size: int, kernel: int, stride: int, before: int, after: int, dilation: int) -> tuple[int, str]:
    """How many real pixels behind the last window are never read, and the division that does not come out even.

    Where only padding is dropped (ResNet's stem) nothing is lost. A stride wider than the kernel skips pixels between any
    two windows by design (ResNet's 1 x 1 shortcut of stride 2), so as many may be skipped behind the last one.
    """
    reach = dilation * (kernel - 1) + 1
    span = size + before + after - reach
    padding = f"2*{before}" if before == after else f"{before} + {after}"
    exact = f"({size} - {reach} + {padding})/{stride} + 1 = {_decimal(span, stride)}"
    return span % stride - after - max(0, stride - reach), exact


def _decimal(numerator: int, denominator: int) -> str:
    return f"{numerator / denominator + 1:.4f}".rstrip("0").rstrip(".")


def border(size: int, kernel: int, stride: int, dilation: int, before: int, after: int, ceil: bool) -> tuple[int, int]:
    """How much to add before and behind an axis so that windows without padding stand where `slide` has them.

    Negative: cut off. For the torch modules, whose own padding is the same on both sides.
    """
    reach = dilation * (kernel - 1) + 1
    if not ceil:
        return before, after
    count = min(-(-(size - reach + before + after) // stride) + 1, -(-(size + before) // stride))
    return before, (count - 1) * stride + reach - size - before


def border_same(size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """What `same` adds before and behind an axis: as little as one window for each stride takes, the odd one behind."""
    missing = max(0, (-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size)
    return missing // 2, missing - missing // 2


def even_pad(kernel: Pair, stride: Pair, pad: Sides | str, dilation: Pair = ONE) -> tuple[Number, Number] | None:
    """The padding along H and W if it is the same on both sides of any picture, as torch's modules have it; else None."""
    if not isinstance(pad, str):
        return (pad.top, pad.left) if pad.top == pad.bottom and pad.left == pad.right else None
    missing = [dilation[i] * (kernel[i] - 1) for i in (0, 1)]
    if stride == ONE and missing[0] % 2 == missing[1] % 2 == 0:
        return missing[0] // 2, missing[1] // 2
    return None


def borders(
    sizes: tuple[int, int], kernel: Pair, stride: Pair, pad: Sides | str, dilation: Pair = ONE, ceil: bool = False
) -> tuple[int, int, int, int]:
    """What to add on the left, right, top and bottom (torch's order) of a picture of H x W, for windows without padding."""
    if isinstance(pad, str):
        (top, bottom), (left, right) = (border_same(sizes[i], kernel[i], stride[i], dilation[i]) for i in (0, 1))
    else:
        top, bottom = border(sizes[0], kernel.h, stride.h, dilation.h, pad.top, pad.bottom, ceil)
        left, right = border(sizes[1], kernel.w, stride.w, dilation.w, pad.left, pad.right, ceil)
    return left, right, top, bottom


def transposed_window(s: Worksheet, kernel: Number, stride: Number, dilation: Number) -> Window:
    """What one output position of a transposed convolution sees: every stride-th weight meets an input position."""
    numbers = {"reach": dilation * (kernel - 1) + 1, "stride": stride}
    seen = formula("ceil(reach/stride)").evaluate(numbers, s.algebra)
    return Window(seen, formula("1/stride").evaluate(numbers, s.algebra))


def write_kernel(s: Worksheet, kernel: Pair) -> str:
    """Bind the kernel's letters and give the text of its area: F*F for a square one, else F_h*F_w."""
    s.call(**({"F": kernel.h} if identical(*kernel) else {"F_h": kernel.h, "F_w": kernel.w}))
    return kernel_area(kernel)


def kernel_area(kernel: Pair) -> str:
    """The area of a kernel in its letters."""
    return "F*F" if identical(*kernel) else "F_h*F_w"


def window_title(kernel: Pair, stride: Pair, out: Number | None = None) -> str:
    """A window in a few words: "11x11/4, 96" slides 96 filters of 11 x 11 with stride 4."""
    size = f"{kernel.h}x{kernel.w}"
    if not identical(*stride):
        size += f"/{stride.h}x{stride.w}"
    elif not identical(stride.h, 1):
        size += f"/{stride.h}"
    return size if out is None else f"{size}, {out}"
