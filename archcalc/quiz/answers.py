"""Answers judged as people write them: 34,944 or 35K, 55x55x96, 8.7 times, 48%, conv1, or the letter of a choice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from archcalc.arithmetic import show_number
from archcalc.quiz.question import Answer, Choice, Question, Sizes, Slip, Value, value_text
from archcalc.quiz.typed import EXPECTED, Number, Unclear, filled, plain_text, read_number, unlabelled
from archcalc.zoo import folded, spelled

PRINTED_DIGITS = 3  # of a ratio or share


class Judgement(NamedTuple):
    """`verdict` is right, wrong, or unread (no such answer could be read); `slip` the mistake whose value a wrong one is.

    `note` is a short remark for the student, "" where there is nothing to say.
    """

    verdict: str
    slip: Slip | None = None
    note: str = ""


def judge(text: str, question: Question, choices: bool = False) -> Judgement:
    """Whether an answer is right. With `choices` it may be the letter of a choice, or, as without, the value itself."""
    offered = question.choices if choices else ()
    try:
        plain = _bare(plain_text(text))
        chosen = _chosen(plain, offered)
        if chosen is not None:
            return _as_choice(chosen, question)
        if question.answer.sort == "name":
            return _judge_name(plain, question, offered)
        if question.answer.sort == "sizes":
            return _judge_sizes(plain.lower(), question, offered)
        return _judge_number(plain.lower(), question, offered)
    except Unclear as unclear:
        return Judgement("unread", None, str(unclear))


_SAID = re.compile(r"(?:(?:my |the )?(?:answer|choice|option)(?: is)?|it is|it's|that is|it has)[ :]+(?=\S)", re.IGNORECASE)


def _bare(text: str) -> str:
    """The answer without the words that introduce it, and without an exclamation mark."""
    return _SAID.sub("", text, count=1).rstrip("! ") or text


# ------------------------------------------------------------------------------------------ choices

_LETTER = re.compile(r"(\(?)([a-z])([):]?)", re.IGNORECASE)


def _chosen(text: str, offered: Sequence[Choice]) -> Choice | None:
    """The choice whose letter it is: b, B., b) or (b)."""
    found = _LETTER.fullmatch(text)
    place = ord(found[2].lower()) - ord("a") if found else len(offered)
    if found is None or place not in range(len(offered)):
        return None
    if text == found[2] and any(choice.text == text for choice in offered if choice is not offered[place]):
        raise Unclear(f"{text} is a letter and a name here: write ({text}) for the letter, or for the name its own letter")
    return offered[place]


def _as_choice(choice: Choice, question: Question, note: str = "") -> Judgement:
    if choice.value == question.answer.value:
        return Judgement("right")
    return Judgement("wrong", choice.slip, "" if choice.slip else note)


# ------------------------------------------------------------------------------------------ names


_LAYER = re.compile(r"\b(?:the|layer)\b", re.IGNORECASE)


def _judge_name(text: str, question: Question, offered: Sequence[Choice]) -> Judgement:
    """A name. The one that is written just so comes first, then those that differ by no mark between digits, then others."""
    text = _LAYER.sub("", text).strip() or text
    right = (question.answer.value, *question.answer.also)
    slips = {slip.value: slip for slip in question.slips}
    known = dict.fromkeys((*right, *slips, *(choice.value for choice in offered)))
    for form in (str, spelled, folded):
        found = [name for name in known if isinstance(name, str) and form(name) == form(text)]
        verdicts = {name in right for name in found}
        if len(verdicts) > 1:
            raise Unclear(f"that can mean {' or '.join(found)}")
        if found:
            return Judgement("right") if found[0] in right else Judgement("wrong", slips.get(found[0]))
    if not any(character.isalpha() for character in text) or offered:
        raise Unclear(EXPECTED["name"])
    return Judgement("wrong")


# ------------------------------------------------------------------------------------------ sizes

NEEDED = {
    1: "one number is needed: how many values the vector has",
    2: "two numbers are needed: tokens and features, T x D",
    3: "three numbers are needed: height, width and channels, such as 10x20x30",
}
ORDER = {2: ": tokens stand before features, T x D", 3: ": height, width, channels, H x W x C"}
_LAYOUT = re.compile(r"[ ,]*\(?([chwtd](?: ?[x*,]? ?[chwtd])*)\)?")  # (H x W x C)
_COUNTED = re.compile(r"(?: ?(?:pixels?|px|values|features?|channels?|maps|tokens|numbers))+")
_MAPS = re.compile(r"(\d+) ?(?:@|(?:feature maps|maps|channels|filters) of|of) ?(.+)")  # 96@55x55
_SQUARE = re.compile(r"(\d+) ?(?:\^|\*\*) ?2(?!\d)")
_SIZES = re.compile(r"\d+(?:(?: ?(?:x|\*|,|;|by|with|and) ?| )\d+)*")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def _judge_sizes(text: str, question: Question, offered: Sequence[Choice]) -> Judgement:
    value = question.answer.value
    assert isinstance(value, tuple)
    meant = _read_sizes(unlabelled(text), len(value))
    for choice in offered:
        if choice.value == meant[0]:
            return _as_choice(choice, question)
    if value == meant[0]:
        return Judgement("right")
    if value in meant:
        return Judgement("right", None, f"that is {'x'.join(map(str, value))} with the channels first, which is as right")
    slip = next((slip for sizes in meant for slip in question.slips if slip.value == sizes), None)
    if slip is None and sorted(meant[0]) == sorted(value):
        return Judgement("wrong", None, f"these are the right numbers in another order{ORDER.get(len(value), '')}")
    return Judgement("wrong", slip)


def _read_sizes(text: str, rank: int) -> tuple[Sizes, ...]:
    """What sizes may mean, channels first as an answer has them. The first meaning takes them for printed: H x W x C."""
    body, layout = _without_end(text, _LAYOUT)
    body, _ = _without_end(body, _COUNTED)
    maps = _MAPS.fullmatch(body)
    if maps:
        body, layout = f"{maps[2]}x{maps[1]}", "hwc"
    body = " ".join(re.sub(r"[()\[\]{}]", " ", _SQUARE.sub(r"\1x\1", body)).split())
    for written in (_THOUSANDS.sub("", body), body):  # 4,096 of a vector; 196,768 of tokens
        if _SIZES.fullmatch(written):
            sizes = _of_rank(tuple(int(size) for size in re.findall(r"\d+", written)), rank)
            if sizes is not None:
                return _orders(sizes, "".join(re.findall("[chwtd]", layout)))
    raise Unclear(NEEDED.get(rank, f"{rank} numbers are needed"))


def _without_end(text: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    """A text without what is behind its last number, and the bracket that may close it, where that fits a pattern."""
    last = re.match(r".*\d *[)\]}]?", text)
    end = text[last.end() :] if last else ""
    return (text.removesuffix(end), end) if pattern.fullmatch(end) else (text, "")


def _of_rank(sizes: Sizes, rank: int) -> Sizes | None:
    """As many sizes as are asked for, None for others. A vector may be 1x1x4096, and anything a batch of one."""
    if rank == 1 and len(sizes) <= 3 and sizes.count(1) >= len(sizes) - 1:
        return (max(sizes),)
    if len(sizes) == rank + 1 and sizes[0] == 1:
        return sizes[1:]
    return sizes if len(sizes) == rank else None


def _orders(sizes: Sizes, layout: str) -> tuple[Sizes, ...]:
    if len(sizes) != 3 or layout == "chw":
        return (sizes,)
    last = (sizes[2], sizes[0], sizes[1])
    return (last,) if layout == "hwc" else (last, sizes)


# ------------------------------------------------------------------------------------------ numbers

_SIZES_TYPED = re.compile(r"\[?\d+(?: ?x ?\d+){1,2}\]?")  # which may be meant as a product
_SIDE = re.compile(r"\[?(\d{1,9}) ?[x*] ?\1\]?(?: pixels?)?")  # 7x7 for a receptive field of 7


def _judge_number(text: str, question: Question, offered: Sequence[Choice]) -> Judgement:
    answer = question.answer
    side = _SIDE.fullmatch(text) if answer.square else None
    read = read_number(side[1] if side else text, answer)
    for choice in offered:
        if read.value == _copied(answer, choice.value):
            return _as_choice(choice, question, _remark(read, answer))
    if _means(read, answer, answer.value):
        return Judgement("right", None, _more_exactly(read, answer))
    if read.rounds(_number(answer.value), 1):
        raise Unclear("too few digits: at least two are needed")
    if side is None and _SIZES_TYPED.fullmatch(text):
        raise Unclear(f"one number is asked for; as a product that is {show_number(read.value)}")
    slips = [slip for slip in question.slips if _means(read, answer, slip.value)]
    if slips:
        return Judgement("wrong", min(slips, key=lambda slip: abs(_number(slip.value) - read.value)))
    return Judgement("wrong", None, _remark(read, answer))


def _number(value: Value) -> Fraction:
    assert isinstance(value, int | Fraction)
    return Fraction(value)


def _copied(answer: Answer, value: Value) -> Fraction:
    """The number that is typed by one who copies a value as it is printed."""
    return read_number(value_text(answer, value), answer).value if answer.sort in ("ratio", "share") else _number(value)


def _means(read: Number, answer: Answer, value: Value) -> bool:
    """Whether a number is a value: equal, as it is printed, rounded to enough digits, or arithmetic that prints the same."""
    if read.value in (_number(value), _copied(answer, value)) or read.rounds(_number(value)):
        return True
    return not read.figures and value_text(answer, read.value) == value_text(answer, value)


def _more_exactly(read: Number, answer: Answer) -> str:
    if read.value in (_number(answer.value), _copied(answer, answer.value)):
        return ""
    if answer.sort in ("count", "bytes"):
        return f"exactly {answer.text}"
    return f"more exactly {answer.text}" if read.figures and read.digits < PRINTED_DIGITS else ""


# ------------------------------------------------------------------------------------------ remarks on wrong numbers

_UNITS = (10**3, 2**10, 10**6, 2**20, 10**9, 2**30)
_SMALL = 100  # below it, one number is often a multiple of another
_MEBI = [Fraction(1000, 1024) ** power for power in (1, 2, 3, -1, -2, -3)]


def _remark(read: Number, answer: Answer) -> str:
    """What a wrong number says about how it came about, if it does; "" else."""
    value = _number(answer.value)
    if answer.sort in ("count", "bytes") and not read.figures and read.value.denominator != 1:
        return f"{show_number(read.value)} is no whole number"
    if not value or not read.value:
        return ""
    if answer.sort == "bytes" and any(_is(read, value * factor) for factor in _MEBI):
        return "1 MB is 1,000,000 bytes, and 1 MiB is 1,048,576"
    if answer.sort == "ratio" and _is(read, 1 / value):
        return "that is the quotient the other way round"
    for factor in _factors(answer, value):
        for more, much in ((True, "much"), (False, "little")):
            if _is(read, value * factor if more else value / factor):
                return f"that is {factor:,} times too {much}{_why(factor, more, answer)}"
    return _near(read, value)


def _is(read: Number, value: Fraction) -> bool:
    return read.value == value or read.rounds(value)


def _factors(answer: Answer, value: Fraction) -> tuple[int, ...]:
    if answer.sort == "share":
        return (100,)
    return _UNITS if answer.sort != "ratio" and value < _SMALL else (2, 4, 8, *_UNITS)


def _why(factor: int, more: bool, answer: Answer) -> str:
    """What a factor too much or too little comes of."""
    if factor >= 1_000:
        return ": check the unit"
    four = ": each value takes 4 bytes in fp32"
    whys = {
        ("share", 100, True): ": check the percent sign",
        ("share", 100, False): ": check the percent sign",
        ("bytes", 2, True): four,
        ("bytes", 2, False): four,
        ("bytes", 4, False): four,
        ("bytes", 8, True): ": a byte has 8 bits",
        ("multiply-accumulates", 2, True): ": FLOPs count the multiplication and the addition apart",
        ("values", 4, True): ": values are asked for, not bytes",
    }
    return whys.get((answer.unit or answer.sort, factor, more), "")


def _near(read: Number, value: Fraction) -> str:
    """What is said of a number that is wrong by a hundredth at most."""
    if 100 * abs(read.value - value) > abs(value):
        return ""
    if read.figures:
        return "that is near, but not what it rounds to"
    if read.value.denominator == 1 and Number(read.value, filled(str(read.value))).rounds(value):
        return "that is near, but every digit counts where no prefix and no ~ says that it is rounded, as in 12K and ~12,000"
    return "that is near"
