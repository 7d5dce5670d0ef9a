"""What is known about each model of the zoo from elsewhere: a table a family, in `families`, and how to read them all.

A family's file has the name of its spec and any of these:

    VARIATIONS  (model, settings, figures): what it comes to with other settings
    SAME        cases in which another library's network, given the same weights, has to give the same outputs
    COUNTED     cases of which only the counts and the shapes of layers are compared, on the meta device
    UNMATCHED   model -> why no other library has it; its spec then has claims of its paper
    TRAINED     small cases that have to be equal in training as well
    SPOILED     small cases with mistakes that no count would show: each of them has to make the outputs differ

What its models come to stands in the spec itself, under `expect`, and is read from there.

Nothing here imports torch. What needs it to be written down at all stands in `built`, one file a family, and is imported when
a network is built.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from archcalc.claims import read_expectations
from archcalc.packaged import spec_files
from archcalc.source import read_file
from archcalc.spec import read_spec

FAMILIES = Path(__file__).parent / "families"
Build = Callable[[], Any]


class Figures(NamedTuple):
    """What a model comes to. None: nothing is stated for it."""

    params: int
    macs: int
    depth: int | None = None
    receptive_field: int | None = None  # of the last layer that does not mix all positions
    params_no_bias: int | None = None
    activations: int | None = None
    buffers: int | None = None


class Case(NamedTuple):
    """A model of ours, and how the same network is built elsewhere."""

    name: str
    library: str
    build: Build
    settings: dict[str, Any]
    size: tuple[int, ...] = (3, 224, 224)
    moves: tuple[tuple[str, str], ...] = ()  # theirs that begin with the first stand behind those that begin with the second
    reshaped: tuple[str, ...] = ()  # theirs that have the shape of a batch, or of a convolution, where ours have not
    loud: float = 1  # what the pictures are multiplied by
    order: Callable[[list[str]], list[str]] | None = None  # the names of their tensors, in our order, where moves are too many
    scaled: tuple[tuple[str, float], ...] = ()  # theirs in whose names the first is found: their random values, multiplied

    def __str__(self) -> str:
        settings = (f"{key}={value}" for key, value in self.settings.items())
        return "-".join([self.name, self.library, *settings, "x".join(map(str, self.size))])


class Mistake(NamedTuple):
    """What could be wrong in our layers of a kind, and keeps the shapes and counts. It is made in each of them, or in fewer.

    `kind` is the name of torch's module, or of our layer where torch has none. `change` gives other values of the module's
    attributes or of the layer's fields; or it names a module of torch's that stands in its place, or one of `spoiling`.
    """

    kind: str
    change: str | dict[str, Any]
    every: int = 1
    of: dict[str, Any] | None = None  # only in layers that have these values


class Spoiled(NamedTuple):
    """A case with mistakes. Also, tensors are exchanged with others of the same shape, each of them or fewer."""

    case: Case
    mistakes: list[Mistake]
    every: int = 1
    unseen: str = ""  # found in the names of our tensors on which no output depends

    def __str__(self) -> str:
        return str(self.case)


class Family(NamedTuple):
    """The tables of one spec."""

    name: str
    variations: list[tuple[str, dict[str, Any], Figures]]
    same: list[Case]
    counted: list[Case]
    unmatched: dict[str, str]
    trained: list[Case]
    spoiled: list[Spoiled]

    @property
    def figures(self) -> dict[str, Figures]:
        """What each of its models comes to."""
        return expected(self.name)


@cache
def expected(name: str) -> dict[str, Figures]:
    """What the models of a spec are expected to come to, by its `expect`."""
    (path,) = (path for path in spec_files() if Path(path).stem == name)
    found: dict[str, dict[str, int]] = {}
    for one in read_expectations(read_spec(read_file(path))):
        if one.quantity in Figures._fields and one.plain and not one.at and one.comparison == "==":
            found.setdefault(one.model, {})[one.quantity] = int(one.limit)
    return {model: Figures(**figures) for model, figures in found.items()}


@cache
def families() -> tuple[Family, ...]:
    """All tables, by name."""
    found = []
    for path in sorted(FAMILIES.glob("*.py")):
        module = import_module(f"zoo.families.{path.stem}")
        tables = [getattr(module, name.upper(), {} if name == "unmatched" else []) for name in Family._fields[1:]]
        found.append(Family(path.stem, *tables))
    return tuple(found)


# ------------------------------------------------------------------------------------------ how others are built


def vision(name: str, **options: Any) -> Build:
    """How torchvision builds a model; on `meta`, so that no time goes into weights that are replaced."""

    def build() -> Any:
        torch, torchvision = pytest.importorskip("torch"), pytest.importorskip("torchvision")
        with torch.device("meta"):
            return torchvision.models.get_model(name, weights=None, **options)

    return build


def timm(name: str, **options: Any) -> Build:
    """How timm builds a model. Not on `meta`, where older versions cannot build all."""
    return lambda: pytest.importorskip("timm").create_model(name, pretrained=False, **options)


def timm_meta(name: str, **options: Any) -> Build:
    """How timm builds a model too large for its weights to be made; for counts."""

    def build() -> Any:
        torch, library = pytest.importorskip("torch"), pytest.importorskip("timm")
        with torch.device("meta"):
            return library.create_model(name, pretrained=False, **options)

    return build


def pytorchcv(name: str, **options: Any) -> Build:
    """How pytorchcv builds a model."""

    def build() -> Any:
        torch = pytest.importorskip("torch")
        provider = pytest.importorskip("pytorchcv.model_provider")
        with torch.device("meta"):
            return provider.get_model(name, **options)

    return build


def built(family: str, name: str, *args: Any, **options: Any) -> Build:
    """How `built/FAMILY.py` builds a network, of another library's parts or of torch's own."""
    return lambda: getattr(import_module(f"zoo.built.{family}"), name)(*args, **options)


def same(name: str, size: tuple[int, ...] = (3, 224, 224), **settings: Any) -> Case:
    """A model that torchvision has under the same name, with the settings `classes` and `width`."""
    options = {"num_classes": settings.get("classes", 1000)}
    if "width" in settings:
        options["width_mult"] = float(settings["width"])
    return Case(name, "torchvision", vision(name, **options), settings, size)
