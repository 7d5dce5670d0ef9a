"""Mistakes in specs, formulas and arguments, as data: what is wrong, where, and what to do about it.

An error is raised where the mistake is noticed and rendered once, at the edge (the command line). Everything in between
only adds to it: a place, a step of the trail. This module imports nothing of the package, so that everything may use it.
"""

from __future__ import annotations

from collections.abc import Iterable

# One stable code each. The text is the page in docs/errors.md; a test holds the two equal.
CODES: dict[str, str] = {
    "no-such-file": "The path does not lead to a file that can be read: it is missing, a directory, or not permitted.",
    "not-text": "The file is not UTF-8 text without a byte-order mark: it is binary, in another encoding, or begins with "
    "a BOM.",
    "empty-spec": "The file holds nothing, or only comments. A spec needs at least `input` and `layers`.",
    "bad-yaml": "The text is not YAML: a tab for indentation, an unclosed bracket or quote, or wrong indentation.",
    "not-plain-yaml": "Anchors, aliases, tags, merge keys and several documents in a file are refused: a spec is plain data, "
    "read from top to bottom.",
    "duplicate-key": "The same key stands twice in one mapping. YAML itself would silently keep the last one.",
    "too-large": "A stated limit is passed: file size, nesting, number of values, loop length, exponent, size of a number. "
    "The limits are in `archcalc.limits` and can be raised there.",
    "wrong-shape-of-spec": "A mapping, a list or a single value stands where another of these is expected.",
    "unknown-key": "A key that the spec language or the layer kind does not have. Nothing is ignored silently.",
    "missing-key": "Something that cannot be left out is left out: a required field, an argument, a section.",
    "unknown-kind": "The head of a layer is neither a layer kind nor a block of this spec.",
    "unknown-name": "A formula or a reference uses a name that nothing in its reach defines.",
    "unknown-model": "No packaged spec and no file has this name.",
    "unknown-layer": "The model has no layer or block of this name.",
    "unknown-parameter": "The spec has no parameter of this name to set.",
    "name-taken": "The same name is given twice, or a parameter or block is named like a layer kind or a function.",
    "two-heads": "A layer has more than one head, or none. Every `- ` line names exactly one kind, block, `$parameter` "
    "or `do`.",
    "bad-formula": "The text is not a formula of the language: wrong syntax, or something that formulas may not contain.",
    "bad-value": "A value is of the wrong sort: a word where a number belongs, a fraction where a whole number belongs, "
    "a number out of range.",
    "bad-arithmetic": "A formula cannot be worked out with these numbers: division by zero, an index outside its list, "
    "a comparison of things that cannot be compared.",
    "undecided": "The answer depends on a symbol, and the network cannot be built without knowing it.",
    "recursion": "A block calls itself, directly or through other blocks.",
    "flow-mismatch": "The number of tensors that flow into a layer or block is not the number that it takes.",
    "wrong-axes": "The tensor has not the axes that the layer works on.",
    "size-below-one": "A layer's output would be smaller than one position: the window is larger than its padded input.",
    "shapes-differ": "Tensors that are added, multiplied or joined do not fit together.",
    "need-not-met": "A condition of the layer kind is false, such as channels that do not split evenly into groups; or one "
    "that the spec requires of its parameters.",
    "bad-pattern": "An axis pattern, as in `rearrange: c h w -> (h w) c`, is malformed or does not fit the tensor.",
    "does-not-fit": "With --strict: a stride does not fit, and real pixels at the border are never read.",
    "bad-claim": "A claim in a spec cannot be read or held against the arithmetic: a figure that is no figure, a quantity that "
    "does not go with `at`, a ratio without `than`.",
    "wrong-claim": "A claim does not hold: the exact value, neither rounded nor truncated to the printed digits, gives the "
    "figure. Either the spec or the claim is wrong; where the source itself is, an `erratum` in the claim says why.",
    "outdated-erratum": "A claim has an `erratum`, which says why it does not hold, and it does hold.",
    "broken-expectation": "What a spec expects of its model, under `expect`, is not so: a budget is passed, or models are not "
    "equal.",
    "bad-report": "A saved report (`archcalc MODEL --json > old.json`) cannot be read: it is no JSON, not a report of a whole "
    "model, of a later version of archcalc, or holds symbols where numbers are compared.",
    "bad-option": "An option of the command line cannot be read.",
    "no-torch": "The command builds the model in PyTorch, and PyTorch is not installed or cannot be loaded.",
}
FINDINGS = ("wrong-claim", "outdated-erratum", "broken-expectation")  # the spec can be read, but something is not as it says


class Place:
    """A stretch of one line of a source text: `line` and `column` count from 1, `length` in characters."""

    __slots__ = ("column", "length", "line", "name", "text")

    def __init__(self, name: str, text: str, line: int, column: int, length: int = 1) -> None:
        self.name, self.text, self.line, self.column, self.length = name, text, line, column, max(1, length)

    def __str__(self) -> str:
        return f"{self.name}:{self.line}:{self.column}"

    def source_line(self) -> str:
        """The whole line of the source, without its line break; empty if there is none."""
        lines = self.text.splitlines()
        return lines[self.line - 1] if 0 < self.line <= len(lines) else ""


class SpecError(Exception):
    """One mistake, for people: a stable `code`, what is wrong, the place, what to do, and how one got there.

    `trail` lists the calls that led to the place, innermost first, and `notes` what else is to be known. `also` holds further
    mistakes found in the same check.
    `culprit` is the argument at fault where that is no part of a spec; the command line shows where it was typed.
    Raises KeyError for a code that is not documented in CODES.
    """

    def __init__(self, code: str, message: str, place: Place | None = None, hint: str = "", culprit: str = "") -> None:
        if code not in CODES:
            raise KeyError(f"error code {code!r} is not documented in CODES")
        super().__init__(message)
        self.code, self.message, self.place, self.hint, self.culprit = code, message, place, hint, culprit
        self.trail: list[str] = []
        self.notes: list[str] = []
        self.also: list[SpecError] = []

    def at(self, place: Place) -> SpecError:
        """The same error, with a place if it had none."""
        if self.place is None:
            self.place = place
        return self

    def __str__(self) -> str:
        return render(self)


def collected(errors: list[SpecError]) -> SpecError:
    """One error that carries all of `errors`, in the order of their places."""
    ordered = sorted(errors, key=lambda e: (e.place.line, e.place.column) if e.place else (0, 0))
    first = ordered[0]
    first.also = ordered[1:]
    return first


MOST_SHOWN = 20  # mistakes printed in full; a file that is wrong throughout helps nobody by a thousand screens


def visible(text: str) -> str:
    """The text with what a terminal would obey, and not show, written out: \\x1b."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def render(error: SpecError) -> str:
    """The error as text: one paragraph a mistake, each with its source line and a caret under the culprit."""
    parts = [_render_one(error), *(_render_one(other) for other in error.also[: MOST_SHOWN - 1])]
    if len(error.also) >= MOST_SHOWN:
        parts.append(f"... and {len(error.also) - MOST_SHOWN + 1} more")
    return "\n\n".join(parts)


WIDEST_LINE = 160  # of the source, as an excerpt
LONGEST_LINE = 1_000  # of a message
MOST_STEPS = 8  # of a trail


def _render_one(error: SpecError) -> str:
    lines = [f"error[{error.code}]: {error.message}"]
    if error.place is not None:
        lines += _excerpt(error.place)
    if error.hint:
        lines.append(f"  help: {error.hint}")
    lines += [f"  note: {note}" for note in error.notes]
    lines += [f"  in {step}" for step in error.trail[:MOST_STEPS]]
    if len(error.trail) > MOST_STEPS:
        lines.append(f"  ... and {len(error.trail) - MOST_STEPS} calls further out")
    return "\n".join(map(_safe, lines))


def _safe(line: str) -> str:
    """A line without anything that would move a terminal's cursor, change its colours, or fill its screen."""
    line = visible(line)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 3] + "..."


def _excerpt(place: Place) -> list[str]:
    arrow = f"  --> {place}"
    source = place.source_line()
    if not source.strip():
        return [arrow]
    start = max(0, place.column - 1 - WIDEST_LINE // 2) if len(source) > WIDEST_LINE else 0
    shown = source[start : start + WIDEST_LINE]
    before, after = ("..." if start else ""), ("..." if start + WIDEST_LINE < len(source) else "")
    shown = "".join(c if c.isprintable() else " " for c in shown)
    caret_at = len(before) + place.column - 1 - start
    room = max(1, len(shown) - (place.column - 1 - start))
    gutter = " " * len(str(place.line))
    return [
        arrow,
        f"{gutter} |",
        f"{place.line} | {before}{shown}{after}",
        f"{gutter} | {' ' * caret_at}{'^' * min(place.length, room)}",
    ]


# What other frameworks call it (in small letters, without _ and -), by what it is called here. A word may have several.
_CALLED_ELSEWHERE: dict[str, str] = {
    # kinds
    "conv": "conv2d convolution convolution2d conv2dlayer depthwiseconv2d depthwiseconv dwconv",
    "conv_transpose": "deconv deconv2d deconvolution conv2dtranspose convtranspose2d convtranspose transposedconv upconv",
    "linear": "fc dense fullyconnected innerproduct gemm",
    "bn": "norm batchnorm batchnorm2d batchnormalization batchnormalisation bn2d",
    "layernorm": "norm layernormalization layernormalisation ln",
    "groupnorm": "groupnormalization groupnormalisation gn",
    "lrn": "localresponsenorm localresponsenormalization",
    "silu": "swish",
    "hardswish": "hswish hardsilu",
    "hardsigmoid": "hsigmoid",
    "leaky_relu": "leakyrelu lrelu",
    "maxpool": "maxpool2d maxpooling2d maxpooling pool",
    "avgpool": "avgpool2d averagepooling2d averagepool averagepooling meanpool pool",
    "global_avgpool": "gap globalavgpool2d globalaveragepooling2d globalaveragepool globalpool adaptiveavgpool2d",
    "adaptive_avgpool": "adaptiveavgpool2d",
    "global_maxpool": "gmp globalmaxpool2d globalmaxpooling2d adaptivemaxpool2d",
    "adaptive_maxpool": "adaptivemaxpool2d",
    "attention": "multiheadattention mha selfattention multiheadselfattention mhsa msa",
    "class_token": "clstoken cls",
    "position": "posembed posembedding positionembedding positionalembedding positionembeddings",
    "add": "sum residual plus shortcut skip",
    "mul": "multiply times product",
    "concat": "cat concatenate concatenation join",
    "split": "chunk",
    "take": "select slice",
    "rearrange": "permute transpose reshape view",
    "upsample": "upsampling2d upsampling interpolate resize",
    "pad": "padding paddings zeropad2d zeropadding2d",
    "identity": "noop",
    "do": "sequential",
    # fields
    "out": "filters numfilters outchannels outputchannels units outfeatures channels features numoutput",
    "kernel": "kernelsize size poolsize windowsize ksize",
    "stride": "strides",
    "output_pad": "outputpadding",
    "dilation": "dilationrate dilations",
    "groups": "group numgroups",
    "bias": "usebias biasterm",
    "ceil": "ceilmode",
    "count_pad": "countincludepad",
    "keep": "keepdim keepdims",
    "size": "outputsize",
    "factor": "scalefactor scale",
    "mode": "interpolation",
    "heads": "numheads nheads",
    "head_width": "headdim keydim headsize",
    "count": "numembeddings vocabsize inputdim",
    "width": "embeddingdim embeddim dim outputdim",
    "eps": "epsilon",
    "affine": "elementwiseaffine",
    "slope": "negativeslope alpha",
    "p": "rate prob dropprob",
    "parts": "sections chunks numorsizesplits",
    "axis": "dim",
    # keys of a layer, and of a spec
    "name": "id label",
    "from": "input inputs",
    "repeat": "times number",
    "when": "if",
    "input": "inputshape inputsize",
    "params": "parameters hyperparameters config",
    "blocks": "modules functions",
    "layers": "model network net architecture backbone",
    "classes": "numclasses nclasses",
}


def _called_here(word: str, known: Iterable[str]) -> list[str]:
    """Those of the `known` words that mean what other frameworks call `word`, or differ from it only by _ and capitals."""
    plain = _plain(word)
    same = [name for name in known if plain == _plain(name)]
    return same or [name for name in known if plain in _CALLED_ELSEWHERE.get(name, "").split()]


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")


MOST_COMPARED = 500  # each comparison takes some microseconds; of more words, those that begin like the one sought


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest of the `known` words, or lists them where they are few; else an empty text."""
    import difflib  # only on the error path

    word = str(word)  # a Word of a formula cannot be cut
    candidates = sorted(set(known))
    habit = _called_here(word[:100], candidates)
    if len(candidates) > MOST_COMPARED:
        candidates = [c for c in candidates if c[:2].lower() == word[:2].lower()][:MOST_COMPARED]
    folded = {c.lower(): c for c in reversed(candidates)}
    near = difflib.get_close_matches(word[:100].lower(), list(folded), n=3, cutoff=0.85 if habit else 0.6)
    meant = dict.fromkeys([*habit, *(folded[n] for n in near)])
    if meant:
        return "did you mean " + " or ".join(f"'{name}'" for name in meant) + "?"
    if 0 < len(candidates) <= 12:
        return "known here: " + ", ".join(candidates)
    return ""
