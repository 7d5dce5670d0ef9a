"""Questions about scaling: how the ops grow with depth, width and resolution."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from archcalc.analysis.report import Report
from archcalc.errors import SpecError
from archcalc.layers.conv import Conv
from archcalc.lessons.again import again
from archcalc.lessons.pages import Equation, Section
from archcalc.numbers import exact
from archcalc.quiz.about_layers import called, entering, pictures
from archcalc.quiz.about_windows import LEAST_SIDE
from archcalc.quiz.drafts import Draft, some, template
from archcalc.quiz.question import Answer, Slip, value_text
from archcalc.quiz.words import described


@template("scaling", 1)
def compound_factor(report: Report, rng: Random) -> Draft | None:
    """EfficientNet's factors of depth, width and resolution, and how the ops grow with them."""
    given = {name: report.settings.get(name) for name in ("alpha", "beta", "gamma")}
    if not all(type(value) in (int, Fraction) for value in given.values()):
        return None
    shown = ", ".join(f"{name} = {float(value):g}" for name, value in given.items() if value is not None)
    text = f"{report.name} is scaled by {shown}: depth by alpha, width by beta, resolution by gamma. "
    text += "By what factor do the ops grow with one step?"
    found = Fraction(given["alpha"] or 0) * Fraction(given["beta"] or 0) ** 2 * Fraction(given["gamma"] or 0) ** 2
    answer = Answer("ratio", found)
    numbers = "{alpha:g}*{beta:g}**2*{gamma:g}**2".format(**{name: float(value or 0) for name, value in given.items()})
    page = Section(
        "",
        (
            Equation(
                "factor",
                "alpha*beta**2*gamma**2",
                numbers,
                answer.text,
                "channels in and out, height and width: two factors each",
            ),
        ),
    )
    a, b, g = (Fraction(value or 0) for value in given.values())
    wrong = (
        Slip("not squared", a * b * g, "channels in and out both grow, and so do height and width"),
        Slip("resolution not squared", a * b**2 * g, "height and width both grow"),
        Slip("all squared", (a * b * g) ** 2, "twice the layers cost twice as much, not four times"),
        Slip("factors added", a + b + g, "factors are multiplied"),
    )
    return Draft("compound", 1, "", text, answer, wrong, (page,), "which of depth, width and resolution count twice?")


@template("scaling", 1, 2)
def scaled_convolution(report: Report, rng: Random) -> Draft | None:
    """How the ops of a convolution grow with its channels and the size of its picture."""
    width, side = ((2, 1), (1, 2), (2, 2), (3, 1), (1, 3), (3, 2))[int(rng.random() * 6)]
    for layer in some(pictures(report, Conv), rng):
        own: Any = layer.work.layer
        channels, high, wide = layer.input_shapes[0]
        if (
            min(high, wide) < LEAST_SIDE
            or own.groups != 1
            or own.stride != (1, 1)
            or (layer.output[1], layer.output[2]) != (high, wide)
        ):
            continue
        try:
            shape = layer.input_shapes[0].like((width * channels, side * high, side * wide))
            larger = again(layer, (shape,), {"out": width * own.out})
        except SpecError:
            continue
        what = [
            f"{width} times the channels, both in and out" if width > 1 else "",
            f"an input {side} times as high and as wide" if side > 1 else "",
        ]
        squared = f"{'channels in and out' if width > 1 else 'height and width'} both grow"
        text = (
            f"{called(report, layer)} ({described(layer)}, over {entering(layer)}) gets {', and '.join(filter(None, what))}. "
        )
        text += "How many times as many multiply-accumulates does it take?"
        ratio = Fraction(larger.macs, layer.macs)
        answer = Answer("ratio", ratio)
        page = Section(
            "",
            (
                Equation("before", "", "", exact(layer.macs)),
                Equation("after", "", "", exact(larger.macs)),
                Equation("ratio", "", f"{exact(larger.macs)} / {exact(layer.macs)}", value_text(answer, ratio)),
            ),
        )
        wrong = (
            Slip("not squared", Fraction(width * side), squared),
            Slip("cubed", Fraction(width**3 * side**3), "there are two factors each, not three"),
            Slip("unchanged", Fraction(1), "each output value costs F*F*C, and there are K*H'*W' of them"),
            Slip("doubled again", 2 * ratio, "both are counted alike"),
        )
        return Draft(
            f"scaled {width} {side}",
            2 if width > 1 < side else 1,
            layer.name,
            text,
            answer,
            wrong,
            (page,),
            "F*F*C*K*H'*W': which of these grow?",
        )
    return None
