"""Renaming, splitting and joining axes, written as in einops (Rogozhnikov 2022)."""

from __future__ import annotations

import re
from functools import lru_cache
from keyword import iskeyword
from math import prod
from typing import Any

from archcalc.arithmetic import FUNCTIONS, Number
from archcalc.errors import SpecError, did_you_mean
from archcalc.expr import formula
from archcalc.layers.base import Layer, Window, Worksheet, layer
from archcalc.layers.fields import NAMED_SIZES, TEXT, field
from archcalc.shapes import Picture, Shape

Groups = tuple[tuple[str, ...], ...]  # the axes of one side of a pattern, each as the names that it is made of

_PIECES = re.compile(r"\s*([A-Za-z]\w*|\.\.\.|[()]|\d+|\S)")
_TAKEN = {"true", "false", "pattern", "sizes", *FUNCTIONS}


def _bad(message: str, hint: str = "") -> SpecError:
    return SpecError("bad-pattern", message, hint=hint)


@lru_cache(maxsize=512)
def parse(pattern: str) -> tuple[Groups, Groups]:
    """Both sides of a pattern such as `c (h p) w -> (h w) (p c)`. Raises SpecError("bad-pattern")."""
    sides = pattern.split("->")
    if len(sides) != 2:
        hint = "such as: c h w -> (h w) c"
        raise _bad(f"'{pattern}' has {len(sides) - 1} arrows; a pattern has one, between the axes before and after", hint)
    left, right = (_side(side, pattern) for side in sides)
    before, after = ({name for group in side for name in group} for side in (left, right))
    if lost := sorted(before ^ after):
        where = "after" if lost[0] in before else "before"
        raise _bad(f"'{pattern}': the axis '{lost[0]}' is missing {where} the arrow", did_you_mean(lost[0], before & after))
    return left, right


def _side(text: str, pattern: str) -> Groups:
    groups: list[tuple[str, ...]] = []
    open_group: list[str] | None = None
    seen: set[str] = set()
    for piece in _PIECES.findall(text):
        if piece == "(" and open_group is None:
            open_group = []
        elif piece == ")" and open_group is not None:
            groups.append(tuple(open_group))
            open_group = None
        elif piece in ("(", ")"):
            raise _bad(f"'{pattern}': a '{piece}' too many", "parentheses join axes, and do not nest")
        else:
            names = _names(piece, seen, pattern)
            if open_group is None:
                groups.append(names)
            else:
                open_group.extend(names)
    if open_group is not None:
        raise _bad(f"'{pattern}': a ')' is missing")
    if not groups:
        raise _bad(f"'{pattern}': there are no axes on one side of the arrow")
    return tuple(groups)


def _names(piece: str, seen: set[str], pattern: str) -> tuple[str, ...]:
    """The name that a piece of the text stands for; none for `1`, an axis of size 1."""
    if piece == "1":
        return ()
    if piece.isdigit():
        raise _bad(f"'{pattern}': an axis is a name, or 1, and not {piece}", f"name it, and give sizes: {{name: {piece}}}")
    if piece == "...":
        raise _bad(f"'{pattern}': '...' is not needed", "axes in front of the ones named stay as they are")
    if not piece[0].isalpha() or not piece.isascii():
        raise _bad(f"'{pattern}': '{piece}' has no place here", "a pattern has names, 1, parentheses and one ->")
    if piece in _TAKEN or iskeyword(piece) or piece.endswith(("_in", "_out")):
        raise _bad(f"'{pattern}': an axis cannot be called '{piece}'", "that word has another meaning in formulas")
    if piece in seen:
        raise _bad(f"'{pattern}': the axis '{piece}' stands twice on one side of the arrow")
    seen.add(piece)
    return (piece,)


@layer("rearrange")
class Rearrange(Layer):
    """Split, join and reorder axes, in the notation of einops: `c h w -> (h w) c` makes tokens of a picture.

    Axes in front of the named ones stay. The result is a picture if it has three axes or more and the last is not `c` or `d`.
    """

    pattern: str = field(TEXT, "the axes before and after, such as c (h p) (w q) -> (h w) (p q c)")
    sizes: tuple[tuple[str, Number], ...] | None = field(
        NAMED_SIZES, "lengths of axes that are split off, such as {p: 4}", None
    )
    in_place = True
    may_copy = True  # where values have to be put in another order, as in windows of a picture

    def rule(self, s: Worksheet, x: Shape) -> Shape:
        left, right = parse(self.pattern)
        if len(left) > len(x):
            raise _bad(f"'{self.pattern}' names {len(left)} axes, but the tensor {x} has {len(x)}")
        self.call_sizes(s, left)
        wholes = _letters(x.axes, len(left), "_in", {name for group in left for name in group})
        for group, whole, size in zip(left, wholes, x[len(x) - len(left) :], strict=True):
            s.call(**{whole: size})
            _split(s, group, whole, self.pattern)
        picture = len(x) - len(left) + len(right) >= 3 and right[-1] not in (("c",), ("d",))
        names = _letters(Picture.axes if picture else Shape.axes, len(right), "_out", set())
        joined = [_join(s, group, name) for group, name in zip(right, names, strict=True)]
        _reach(s, left, right, isinstance(x, Picture), picture)
        return (Picture if picture else Shape)((*x[: len(x) - len(left)], *joined))

    def torch(self, t: Any, x: Shape) -> Any:
        left, right = parse(self.pattern)
        names = [name for group in left for name in group]
        order = tuple(names.index(name) for group in right for name in group)
        return {"before": left, "after": right, "order": order}

    def forward(self, t: Any, module: Any, x: Any) -> Any:
        front = x.dim() - len(module.before)
        lengths: dict[str, int] = dict(self.sizes or ())
        for group, whole in zip(module.before, x.shape[front:], strict=True):
            known = prod([lengths[name] for name in group if name in lengths])
            lengths.update({name: whole // known for name in group if name not in lengths})
        leading = list(x.shape[:front])
        x = x.reshape(leading + [lengths[name] for group in module.before for name in group])
        x = x.permute([*range(front), *[front + at for at in module.order]])
        return x.reshape(leading + [prod([lengths[name] for name in group]) for group in module.after])

    def call_sizes(self, s: Worksheet, left: Groups) -> None:
        """Bind the lengths that are given."""
        known = {name for group in left for name in group}
        for name, size in self.sizes or ():
            if name not in known:
                raise _bad(f"sizes: '{self.pattern}' has no axis '{name}'", did_you_mean(name, known))
            s.call(**{name: size})

    def title(self) -> str:
        return self.pattern


def _letters(axes: tuple[str, ...], count: int, ending: str, taken: set[str]) -> list[str]:
    """Names for whole axes: the letters, counted from the right, and numbers in front; with an ending where one is taken."""
    names = [f"axis_{i + 1}" for i in range(count - len(axes))] + list(axes[-count:])
    return [name + ending if name in taken or ending == "_out" else name for name in names]


def _split(s: Worksheet, group: tuple[str, ...], whole: str, pattern: str) -> None:
    """Find the lengths that one axis is made of: at most one is left open, and is what division gives."""
    unknown = [name for name in group if name not in s.values]
    known = "*".join(name for name in group if name in s.values)
    if len(unknown) > 1:
        hint = f"give sizes: {{{', '.join(f'{name}: ...' for name in unknown[:-1])}}}"
        raise _bad(f"'{pattern}': how {s[whole]} splits into {' and '.join(unknown)} is not known", hint)
    if not unknown:
        s.need(f"{whole} == {known or '1'}", f"the axis '{' '.join(group) or '1'}' must have this length")
    elif known:
        s.need(f"{whole} % ({known}) == 0" if "*" in known else f"{whole} % {known} == 0", "the axis must split evenly")
        s.size(unknown[0], f"{whole}//({known})" if "*" in known else f"{whole}//{known}")
    else:
        s.call(**{unknown[0]: s[whole]})


def _join(s: Worksheet, group: tuple[str, ...], name: str) -> Number:
    if len(group) == 1:
        return s[group[0]]
    return s.size(name, "*".join(group)) if group else 1


# ------------------------------------------------------------------------------------------ reach


def _reach(s: Worksheet, left: Groups, right: Groups, from_picture: bool, to_picture: bool) -> None:
    """What one output position sees: as many input positions as were made features.

    The features are the third axis from the right of a picture, the last of tokens. An axis that goes there in part is read
    in blocks (space to depth: Swin's patch merging, pixel unshuffle); features that become positions refine the steps
    (depth to space: pixel shuffle).
    """
    features = set(right[-3] if to_picture and len(right) >= 3 else right[-1] if not to_picture else ())
    if not from_picture:
        _reach_of_tokens(s, left, features)
        return
    spatial = [(left[-2] if len(left) > 1 else ()), left[-1]]
    moved = [name for group in spatial for name in group if name in features]
    if moved and all(name in features for group in spatial for name in group):
        s.mixes()
        return
    windows = [_block(s, group, features) for group in spatial]
    if to_picture:
        outs = [(right[-2] if len(right) > 1 else ()), right[-1]]
        finer = [_finer(group, out) for group, out in zip(spatial, outs, strict=True)]
        windows = [Window(w.kernel, _value(s, f"stride/({by})", stride=w.stride)) for w, by in zip(windows, finer, strict=True)]
    s.window(*windows)


def _reach_of_tokens(s: Worksheet, left: Groups, features: set[str]) -> None:
    """Tokens do not say which picture they are: of `(h p w q)`, p and q are taken for rows and columns; else all is seen."""
    names = left[-2] if len(left) > 1 else ()
    runs: list[list[str]] = []
    for before, name in zip(("", *names), names, strict=False):
        if name in features and before in features and runs:
            runs[-1].append(name)
        elif name in features:
            runs.append([name])
    if not runs:
        return
    if len(runs) == 2 and names[0] not in features:
        h, w = (_value(s, "*".join(run)) for run in runs)
        s.window(Window(h, h), Window(w, w))
    else:
        s.mixes()


def _block(s: Worksheet, group: tuple[str, ...], features: set[str]) -> Window:
    """What a position sees of an axis of which some names became features."""
    span, step = ["1"], ["1"]
    for i, name in enumerate(group):
        inner = "*".join(group[i + 1 :]) or "1"
        if name in features:
            span.append(f"({name} - 1)*{inner}")
    for name in reversed(group):
        if name not in features:
            break
        step.append(name)
    return Window(_value(s, " + ".join(span)), _value(s, "*".join(step)))


def _finer(group: tuple[str, ...], out: tuple[str, ...]) -> str:
    """How many output positions stand where one input position stood: what follows an input axis's names in an output axis."""
    own = [i for i, name in enumerate(out) if name in group]
    return "*".join(out[own[-1] + 1 :]) or "1" if own else "1"


def _value(s: Worksheet, text: str, **more: Number) -> Number:
    return formula(text).evaluate({**s.values, **more}, s.algebra)
