"""Each mistake that a layer can meet: its code, and what the message teaches."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from archcalc.errors import SpecError
from archcalc.limits import limits
from layers.helpers import picture, tokens, work

MAPS, TOKENS, VECTOR = picture(64, 9, 9), tokens(49, 64), tokens(64)
HUGE = 10**15

CASES: list[tuple[str, dict[str, Any], tuple[Any, ...], str, str]] = [
    ("conv", {"out": 8, "kernel": 3}, (TOKENS,), "wrong-axes", "works on a picture (C x H x W), but gets 49 x 64"),
    ("conv", {"out": 8, "kernel": 3}, (VECTOR,), "wrong-axes", "a vector"),
    ("conv", {"out": 8, "kernel": 10}, (MAPS,), "size-below-one", "H_out = (9 - 10 + 2*0)/1 + 1 = 0"),
    ("conv", {"out": 8, "kernel": 3, "groups": 3}, (MAPS,), "need-not-met", "64 % 3 == 0"),
    ("conv", {"out": 9, "kernel": 3, "groups": 2}, (MAPS,), "need-not-met", "9 % 2 == 0"),
    ("conv", {"out": 8, "kernel": 3, "stride": 0}, (MAPS,), "bad-value", "stride: 0 is not a whole number of at least 1"),
    ("conv", {"out": 8, "kernel": -1}, (MAPS,), "bad-value", "kernel: -1"),
    ("conv", {"out": Fraction(1, 2), "kernel": 3}, (MAPS,), "bad-value", "out: 0.5"),
    ("conv", {"out": 8, "kernel": 3, "pad": "some"}, (MAPS,), "bad-value", "pad"),
    ("conv", {"out": 8, "kernel": 3, "pad": (1, 2, 3)}, (MAPS,), "bad-value", "pad"),
    ("conv", {"out": 8, "kernel": 3, "pad": {"up": 1}}, (MAPS,), "unknown-key", "unknown key 'up'"),
    ("conv", {"out": 8, "kernel": 3, "bias": 1}, (MAPS,), "bad-value", "bias: 1 is not true or false"),
    ("conv", {"out": 10**16, "kernel": 3}, (MAPS,), "too-large", "out"),
    ("conv_transpose", {"out": 8, "kernel": 2, "output_pad": 1}, (MAPS,), "need-not-met", "output_pad must be smaller"),
    ("conv_transpose", {"out": 8, "kernel": 1, "pad": 5}, (MAPS,), "size-below-one", "H_out"),
    ("maxpool", {"kernel": 10}, (MAPS,), "size-below-one", "= 0; a size must be 1 or more"),
    ("maxpool", {"kernel": 3, "pad": 2}, (MAPS,), "need-not-met", "at most half the window: 2*P <= F is false for 2*2 <= 3"),
    ("maxpool", {"kernel": 3, "pad": (0, 0, 1, 2)}, (MAPS,), "need-not-met", "2*max(1, 2) <= 3"),
    ("avgpool", {"kernel": (2, 4), "pad": 2}, (MAPS,), "need-not-met", "at most half"),
    ("avgpool", {"kernel": 2}, (TOKENS,), "wrong-axes", "picture"),
    ("global_avgpool", {}, (VECTOR,), "wrong-axes", "tokens (T x D), but gets 64, a vector"),
    ("adaptive_avgpool", {"size": 0}, (MAPS,), "bad-value", "size: 0"),
    ("adaptive_maxpool", {"size": 2}, (TOKENS,), "wrong-axes", "picture"),
    ("groupnorm", {"groups": 5}, (MAPS,), "need-not-met", "64 % 5 == 0"),
    ("lrn", {}, (TOKENS,), "wrong-axes", "picture"),
    ("linear", {"out": 10}, (MAPS,), "wrong-axes", "works on features (D), but gets 64 x 9 x 9, a picture"),
    ("sparse_conv", {"reads": ((0, 64),), "kernel": 3}, (MAPS,), "need-not-met", "last < C is false for 64 < 64"),
    ("sparse_conv", {"reads": ((0, 1), (2, 2)), "kernel": 3}, (MAPS,), "bad-value", "[2, 2] is not a list of different"),
    ("sparse_conv", {"reads": (0, 1), "kernel": 3}, (MAPS,), "bad-value", "reads: 0 is not a list of lists"),
    ("rbf", {"out": 10}, (MAPS,), "wrong-axes", "works on features (D)"),
    ("embedding", {"count": 10, "width": 4}, (MAPS,), "wrong-axes", "T token numbers"),
    ("dropout", {"p": 2}, (VECTOR,), "need-not-met", "0 <= 2 and 2 <= 1"),
    ("flatten", {}, (picture(HUGE, HUGE, 1),), "too-large", "D_out"),
    ("take", {"index": 49}, (TOKENS,), "need-not-met", "there must be such a token"),
    ("take", {"index": -50}, (TOKENS,), "need-not-met", "there must be such a token"),
    ("take", {"index": 0}, (MAPS,), "wrong-axes", "tokens"),
    ("pad", {"pad": "same"}, (MAPS,), "bad-value", "same is not a whole number"),
    ("pad", {"pad": -5}, (MAPS,), "need-not-met", "something of the picture must be left"),
    ("pad", {"pad": (-9, 2, 0, 0)}, (MAPS,), "need-not-met", "9 + min(0, -9) + min(0, 2) >= 1"),
    ("upsample", {}, (MAPS,), "missing-key", "a factor or a size"),
    ("upsample", {"factor": 2, "size": 4}, (MAPS,), "missing-key", "not both"),
    ("upsample", {"factor": 2, "mode": "linear"}, (MAPS,), "bad-value", "linear"),
    ("split", {"parts": 5}, (MAPS,), "need-not-met", "64 % 5 == 0"),
    ("split", {"parts": (32, 31)}, (TOKENS,), "need-not-met", "sum([32, 31]) == 64"),
    ("split", {"parts": ()}, (TOKENS,), "bad-value", "parts"),
    ("split", {"parts": limits.tensors + 1}, (tokens(limits.tensors + 1),), "too-large", "parts are more than"),
    ("add", {}, (MAPS, picture(32, 9, 9)), "shapes-differ", "add needs equal shapes, but gets 64 x 9 x 9 and 32 x 9 x 9"),
    ("add", {}, (MAPS, VECTOR), "shapes-differ", "64 x 9 x 9 and 64"),
    ("add", {}, (MAPS,), "flow-mismatch", "two tensors or more, but gets one"),
    ("mul", {}, (), "flow-mismatch", "none"),
    ("mul", {}, (MAPS, picture(32, 1, 1)), "shapes-differ", "64 x 9 x 9 and 32 x 1 x 1"),
    ("mul", {}, (MAPS, tokens(9)), "shapes-differ", "64 x 9 x 9 and 9"),
    ("concat", {}, (MAPS,), "flow-mismatch", "concat"),
    ("concat", {}, (MAPS, picture(64, 9, 8)), "shapes-differ", "equal but for C"),
    ("concat", {}, (MAPS, tokens(64, 9, 9)), "shapes-differ", "64 x 9 x 9"),
    ("concat", {"axis": "T"}, (MAPS, MAPS), "wrong-axes", "has no axis T"),
    ("concat", {"axis": "Z"}, (MAPS, MAPS), "bad-value", "one of: C, H, W, T, D"),
    ("attention", {"heads": 5}, (TOKENS,), "need-not-met", "64 % 5 == 0"),
    ("attention", {"heads": 4}, (MAPS,), "wrong-axes", "rearrange"),
    ("class_token", {}, (VECTOR,), "wrong-axes", "tokens"),
    ("position", {}, (MAPS,), "wrong-axes", "tokens"),
]


@pytest.mark.parametrize(("kind", "fields", "inputs", "code", "part"), CASES)
def test_mistakes_are_explained(kind: str, fields: dict[str, Any], inputs: tuple[Any, ...], code: str, part: str) -> None:
    with pytest.raises(SpecError) as caught:
        work(kind, *inputs, **fields)
    assert caught.value.code == code
    assert part in str(caught.value)


PATTERNS: list[tuple[str, dict[str, int] | None, str, str]] = [  # on 64 x 9 x 9
    ("c h w", None, "bad-pattern", "0 arrows"),
    ("c h w -> c -> h w", None, "bad-pattern", "2 arrows"),
    ("c h w -> h w", None, "bad-pattern", "the axis 'c' is missing after the arrow"),
    ("c h w -> c h w v", None, "bad-pattern", "the axis 'v' is missing before the arrow"),
    ("c h h -> c h", None, "bad-pattern", "'h' stands twice"),
    ("c (h w -> c h w", None, "bad-pattern", "a ')' is missing"),
    ("c h) w -> c h w", None, "bad-pattern", "a ')' too many"),
    ("c ((h) w) -> c h w", None, "bad-pattern", "a '(' too many"),
    ("-> c", None, "bad-pattern", "no axes on one side"),
    ("... w -> w ...", None, "bad-pattern", "'...' is not needed"),
    ("c h 9 -> c h 9", None, "bad-pattern", "a name, or 1, and not 9"),
    ("c h w* -> c h w", None, "bad-pattern", "'*' has no place here"),
    ("c h _ -> c h _", None, "bad-pattern", "'_' has no place here"),
    ("c h \u00e9 -> c h \u00e9", None, "bad-pattern", "has no place here"),
    ("c h max -> c h max", None, "bad-pattern", "cannot be called 'max'"),
    ("c h if -> c h if", None, "bad-pattern", "cannot be called 'if'"),
    ("c h w_out -> c h w_out", None, "bad-pattern", "cannot be called 'w_out'"),
    ("n c h w -> n c h w", None, "bad-pattern", "names 4 axes, but the tensor 64 x 9 x 9 has 3"),
    ("c (h p) w -> (p c) h w", None, "bad-pattern", "how 9 splits into h and p is not known"),
    ("c (h p) w -> (p c) h w", {"p": 2}, "need-not-met", "9 % 2 == 0"),
    ("c (h p) w -> (p c) h w", {"p": 3, "h": 2}, "need-not-met", "9 == 2*3"),
    ("c (h p) w -> (p c) h w", {"p": 0}, "bad-value", "sizes: 0"),
    ("c (h p) w -> (p c) h w", {"q": 3}, "bad-pattern", "has no axis 'q'"),
    ("c h 1 -> c h", None, "need-not-met", "9 == 1"),
    ("c h w -> w c h", {"h": 8}, "need-not-met", "9 == 8"),
]


@pytest.mark.parametrize(("pattern", "sizes", "code", "part"), PATTERNS)
def test_patterns_that_do_not_work_are_explained(pattern: str, sizes: Any, code: str, part: str) -> None:
    with pytest.raises(SpecError) as caught:
        work("rearrange", MAPS, pattern=pattern, sizes=sizes)
    assert caught.value.code == code
    assert part in str(caught.value)


def test_axes_may_be_called_as_the_letters_are() -> None:
    (out,) = work("rearrange", MAPS, pattern="W C (H T) -> H (W C T)", sizes={"T": 3}).outputs
    assert tuple(out) == (3, 64 * 9 * 3)
