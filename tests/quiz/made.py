"""Questions made by hand, each with one right choice and three wrong ones that come of mistakes."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import count

from archcalc.lessons.pages import Equation, Section
from archcalc.quiz.question import Answer, Choice, Question, Sizes, Slip, Value, value_text

RIGHT = 1  # the place of the right choice: b


def question(answer: Answer, slips: Iterable[Slip], topic: str = "params", text: str = "What is it?") -> Question:
    """A question about conv1 of alexnet. Of the slips, the first three that differ from the answer and each other are used."""
    seen, used = {answer.text}, []
    for slip in slips:
        shown = value_text(answer, slip.value)
        if shown not in seen and slip.value not in answer.also:
            seen.add(shown)
            used.append(slip)
        if len(used) == 3:
            break
    choices = [Choice(value_text(answer, slip.value), slip.value, slip) for slip in used]
    choices.insert(RIGHT, Choice(answer.text, answer.value))
    page = (Section("", (Equation("it", "", "", answer.text),)),)
    key = f"alexnet/conv1/{topic}"
    return Question(key, topic, 1, "alexnet", "conv1", text, answer, tuple(used), tuple(choices), page, "count them",
                    "alexnet conv1", 7)  # fmt: skip


def _more(values: Iterable[Value]) -> Iterable[Slip]:
    """Wrong values to go on with, where others are none."""
    return (Slip(f"another value {number}", value, "that is another value") for number, value in enumerate(values, 1))


def count_question(value: int = 34_944, unit: str = "parameters") -> Question:
    """By default the parameters of AlexNet's conv1: (11*11*3 + 1)*96. The first slip leaves out 96 biases."""
    slips = [
        Slip("bias forgotten", value - 96, "each filter has a bias, too"),
        Slip("counted twice", 2 * value, "each is counted once"),
        Slip("bytes for values", 4 * value, "their number was asked for, not their bytes"),
    ]
    numbers = _more(value + step for step in count(1))
    return question(Answer("count", value, unit), (*(slip for slip in slips if int(str(slip.value)) >= 0), *_first(numbers)))


def bytes_question(value: int = 1_161_600) -> Question:
    """By default the bytes of AlexNet's conv1: 55*55*96 values of 4 bytes."""
    slips = [
        Slip("values for bytes", value // 4, "each value takes 4 bytes in fp32"),
        Slip("8 bytes each", 2 * value, "8 bytes are those of fp64"),
        Slip("height and width mixed up", value + 4 * 96, "they are the same here"),
    ]
    return question(Answer("bytes", value), (*slips, *_first(_more(value + step for step in count(1)))), "memory")


def sizes_question(value: Sizes = (96, 55, 55)) -> Question:
    """By default the output of AlexNet's conv1. Sizes are channels first."""
    slips = [
        Slip("one too few", (value[0], *(max(1, size - 1) for size in value[1:])), "the first window counts, too"),
        Slip("channels of the input", (3, *value[1:]), "each filter gives one channel of the output"),
        Slip("stride forgotten", (value[0], *(4 * size - 3 for size in value[1:])), "the stride divides"),
    ]
    numbers = _more((*value[:-1], value[-1] + step) for step in count(1))
    return question(Answer("sizes", value), (*slips, *_first(numbers)), "size")


def ratio_question(value: Fraction = Fraction(60_965_224, 6_998_552)) -> Question:
    """By default how many times the parameters of GoogLeNet AlexNet has: 8.71x."""
    slips = [
        Slip("the other way round", 1 / value, "AlexNet has more"),
        Slip("of the lecture", Fraction(12), "the lecture counts 5M parameters"),
        Slip("halved", value / 2, "both have weights and biases"),
    ]
    return question(Answer("ratio", value), (*slips, *_first(_more(value * step for step in count(2)))), "bottleneck")


def share_question(value: Fraction = Fraction(48_234, 100_000)) -> Question:
    """By default 48.2%."""
    slips = [
        Slip("the rest", 1 - value, "that is what the others hold"),
        Slip("halved", value / 2, "it is the share of the whole"),
        Slip("of the weights", value * Fraction(3, 4), "biases count, too"),
    ]
    numbers = _more(value * Fraction(step, 30) + Fraction(step, 200) for step in count(1))
    return question(Answer("share", value), (*(slip for slip in slips if slip.value), *_first(numbers)), "most")


def name_question(value: str = "conv1", wrong: Iterable[str] = ("fc6", "conv2", "fc7"), also: tuple[str, ...] = ()) -> Question:
    """The name of a layer."""
    slips = [Slip(f"most of something else: {name}", name, f"{name} holds less") for name in wrong]
    return question(Answer("name", value, "", also), slips, "most")


def _first(slips: Iterable[Slip]) -> list[Slip]:
    """Some of those without end."""
    return [slip for slip, _ in zip(slips, range(12), strict=False)]
