"""Our networks give what torchvision's and timm's give, for the same weights, and have the same counts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import pytest

import archcalc
from torch_backend.others import (
    CELLS,
    NASNetMobile,
    densenet,
    googlenet_of_the_paper,
    resnet_v1,
    timm,
    vision,
    vision_transformer,
)
from torch_backend.same_weights import (
    Case,
    aligned,
    counts_of,
    difference,
    exchanges,
    make_pair,
    outputs,
    replacements,
)

torch = pytest.importorskip("torch")
nn = torch.nn

TOLERANCE = 2e-5  # largest difference, of the largest output. Found: 0 for most networks, 4e-6 at most
GRADIENT_TOLERANCE = 1e-3


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Several threads on busy cores wait for each other in every layer, and deep networks take twenty times as long."""
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(usual)


# ------------------------------------------------------------------------------------------ tables

USUAL, SMALL, TINY, ODD = (3, 224, 224), (3, 96, 96), (3, 64, 64), (3, 135, 182)
AUX = (("aux1.", "inception4a."), ("aux2.", "inception4d."))  # theirs stand last
NASNET = tuple(  # theirs make what comes from before first; behind a reduction they do not
    (f"large.{cell}.conv_prev_1x1.", f"large.{cell}.conv_1x1.") for cell in CELLS if cell not in ("cell_0", "cell_6", "cell_12")
)
VIT = {"moves": (("class_token", "conv_proj."),), "reshaped": ("class_token", "encoder.pos_embedding")}
TIMM_VIT = {"moves": (("cls_token", "patch_embed."), ("pos_embed", "cls_token")), "reshaped": ("cls_token", "pos_embed")}
TIMM_VGG = {"reshaped": ("pre_logits.fc1.weight", "pre_logits.fc2.weight")}  # linear layers as convolutions


def same(name: str, size: tuple[int, ...] = USUAL, **settings: Any) -> Case:
    """A model that torchvision has, with the settings `classes` and `width`."""
    options = {"num_classes": settings.get("classes", 1000)}
    if "width" in settings:
        options["width_mult"] = float(settings["width"])
    return Case(name, "torchvision", vision(name.removesuffix("_torchvision"), **options), settings, size)


def googlenet(size: tuple[int, ...], aux: bool, classes: int = 1000) -> Case:
    build = vision("googlenet", aux_logits=aux, init_weights=False, num_classes=classes)
    return Case("googlenet_torchvision", "torchvision", build, {"aux": aux, "classes": classes}, size, AUX if aux else ())


def googlenet_paper(batchnorm: bool, aux: bool) -> Case:
    """In pictures as loud as photographs LRN has something to divide by."""
    settings = {"batchnorm": batchnorm, "aux": aux}
    build = partial(googlenet_of_the_paper, batchnorm, aux)
    return Case("googlenet", "torchvision", build, settings, moves=AUX if aux else (), loud=1 if batchnorm else 100)


def nasnet(size: tuple[int, ...]) -> Case:
    return Case("nasnet_a_mobile", "timm", NASNetMobile, {}, size, NASNET)


def shallow_vit(name: str, patch: int, width: int, heads: int, size: int = 224) -> Case:
    build = partial(vision_transformer, patch, width, heads, size)
    return Case(name, "torchvision", build, {"depth": 2}, (3, size, size), **VIT)


CASES = [
    same("alexnet_torchvision"),
    same("alexnet_torchvision", (3, 160, 192), classes=37),
    *(same(name) for name in ("vgg11", "vgg16", "vgg19")),
    same("vgg13", classes=37),
    googlenet(USUAL, aux=False),
    googlenet(ODD, aux=False, classes=37),
    googlenet((3, 160, 192), aux=True, classes=37),
    googlenet_paper(batchnorm=False, aux=True),
    googlenet_paper(batchnorm=True, aux=False),
    *(same(name) for name in ("resnet50", "mobilenet_v2")),
    *(same(name, ODD, classes=37) for name in ("resnet18", "resnet50", "densenet121", "mobilenet_v2")),
    *(same(name, TINY) for name in ("resnet34", "resnet101", "resnet152", "densenet161", "densenet169", "densenet201")),
    Case("resnet50", "torchvision", partial(resnet_v1, "resnet50"), {"v1": True}, SMALL),
    Case("densenet264", "torchvision", partial(densenet, (6, 12, 64, 48)), {}, TINY),
    *(same("mobilenet_v2", (3, 160, 192), classes=37, width=width) for width in ("0.5", "1.4")),
    nasnet(USUAL),
    nasnet((3, 85, 130)),
    *(same(name)._replace(**VIT) for name in ("vit_b_16", "vit_b_32")),
    shallow_vit("vit_b_16", 16, 768, 12, size=96),
    shallow_vit("vit_l_16", 16, 1024, 16),
    shallow_vit("vit_l_32", 32, 1024, 16),
    shallow_vit("vit_h_14", 14, 1280, 16),
    *(Case(name, "timm", timm(name), {}, SMALL) for name in ("resnet18", "resnet50", "densenet121")),
    Case("vgg11", "timm", timm("vgg11"), {}, **TIMM_VGG),
    Case("mobilenet_v2", "timm", timm("mobilenetv2_100"), {}, SMALL),
    Case("mobilenet_v2", "timm", timm("mobilenetv2_050"), {"width": "0.5"}, SMALL),
    Case("mobilenet_v2", "timm", timm("mobilenetv2_140"), {"width": "1.4"}, SMALL),
    Case("vit_b_16", "timm", timm("vit_base_patch16_224", weight_init="skip"), {}, **TIMM_VIT),
]

WITHOUT_COUNTERPART = {
    "lenet5": "neither library has LeNet",
    "alexnet": "torchvision's has fewer maps, and no LRN: it is alexnet_torchvision; timm has none",
    "alexnet_2gpu": "neither library has the network of two halves",
    "zfnet": "neither library has ZFNet",
    "inception_naive": "an example from a lecture, and no network that anyone would run",
    "inception_reduced": "an example from a lecture, and no network that anyone would run: its convolutions have no ReLU",
}


def test_every_model_has_a_counterpart_or_a_reason() -> None:
    compared = {case.name for case in CASES}
    assert not compared & WITHOUT_COUNTERPART.keys()
    assert compared | WITHOUT_COUNTERPART.keys() == {model.name for model in archcalc.models()}


# ------------------------------------------------------------------------------------------ equal


@pytest.mark.parametrize("case", CASES, ids=str)
def test_equal(case: Case) -> None:
    theirs, ours, pictures = make_pair(case)
    with torch.no_grad():
        assert difference(outputs(ours, pictures), outputs(theirs, pictures)) <= TOLERANCE
    totals = archcalc.analyze(case.name, input=case.size, set=case.settings).totals
    assert (totals.params, totals.buffers, totals.macs) == counts_of(theirs, case.size)


DROPPING = [same("vgg11", classes=37), googlenet_paper(batchnorm=False, aux=True)]  # others do so among TRAINED


@pytest.mark.parametrize("case", DROPPING, ids=str)
def test_equal_with_dropout(case: Case) -> None:
    theirs, ours, pictures = make_pair(case)
    with torch.no_grad():
        expected = seeded(theirs.train(), pictures)
        assert difference(seeded(ours.train(), pictures), expected) <= TOLERANCE
        assert difference(seeded(ours.eval(), pictures), expected) > TOLERANCE


def seeded(net: Any, pictures: Any) -> tuple[Any, ...]:
    """What a network gives. Two drop the same values if they drop as many, as often, in the same places."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return outputs(net, pictures)


TRAINED = [
    same("alexnet_torchvision", (3, 160, 192), classes=37),
    same("resnet18", TINY),
    same("mobilenet_v2", SMALL),
    googlenet(SMALL, aux=True, classes=37),
    Case("densenet121", "torchvision", partial(densenet, (2, 3, 4)), {"depths": "[2, 3, 4]"}, TINY),
    nasnet(TINY),
    shallow_vit("vit_b_32", 32, 768, 12, size=64),
]


@pytest.mark.parametrize("case", TRAINED, ids=str)
def test_equal_when_trained(case: Case) -> None:
    """Outputs, gradients and running statistics: layers that work in place spoil nothing that is needed later."""
    theirs, ours, pictures = make_pair(case, batch=4)
    assert difference(train(ours, pictures), train(theirs, pictures)) <= TOLERANCE
    for their, our in aligned(case, theirs, ours):
        if isinstance(our, nn.Parameter):
            assert difference((our.grad,), (their.grad.reshape(our.shape),)) <= GRADIENT_TOLERANCE
        else:
            assert difference((our,), (their,)) <= TOLERANCE


def train(net: Any, pictures: Any) -> tuple[Any, ...]:
    """What a network gives in training; and its parameters get gradients."""
    given = seeded(net.train(), pictures)
    generator = torch.Generator().manual_seed(2)
    sum((tensor * torch.randn(tensor.shape, generator=generator)).sum() for tensor in given).backward()
    return given


# ------------------------------------------------------------------------------------------ and a mistake would show

Change = Callable[[Any], Any]


def having(**attributes: Any) -> Change:
    """A change to a copy of a module, to other attributes."""

    def change(module: Any) -> Any:
        changed = copy.copy(module)
        for name, value in attributes.items():
            assert getattr(changed, name) != value
            setattr(changed, name, value)
        return changed

    return change


def left_out(module: Any) -> Any:
    return nn.Identity()


def padded_evenly(pool: Any) -> Any:
    """With a border on all sides, in place of windows that pass the last one: the size is the same."""
    return nn.MaxPool2d(3, 2, 1) if tuple(pool.stride) == (2, 2) else None


Mistake = tuple[type, Change, int]  # what is changed in modules of a kind, in each of them or in fewer

# Each network with the tensors that are exchanged with others of the same shape, all or fewer, and with mistakes.
SPOILED: list[tuple[Case, int, list[Mistake]]] = [
    (same("resnet18", TINY), 2, [
        (nn.ReLU, left_out, 1),
        (nn.BatchNorm2d, having(eps=1e-3), 2),
        (nn.BatchNorm2d, having(eps=1e-6), 2),
        (nn.MaxPool2d, having(padding=0, ceil_mode=True), 1),
    ]),
    (same("mobilenet_v2", SMALL), 8, [(nn.ReLU6, left_out, 4), (nn.ReLU6, lambda module: nn.ReLU(), 2)]),
    (same("densenet121", TINY), 24, [(nn.ReLU, left_out, 12), (nn.BatchNorm2d, having(eps=1e-3), 12)]),
    (googlenet(TINY, aux=False), 8, [
        (nn.ReLU, left_out, 4),
        (nn.BatchNorm2d, having(eps=1e-5), 4),
        (nn.MaxPool2d, padded_evenly, 1),
    ]),
    (googlenet_paper(batchnorm=False, aux=False), 10, [(nn.LocalResponseNorm, having(k=1.0), 1)]),
    (nasnet(TINY), 64, [
        (nn.ReLU, left_out, 24),
        (nn.BatchNorm2d, having(eps=1e-5), 24),
        (nn.AvgPool2d, having(count_include_pad=True), 8),
    ]),
    (shallow_vit("vit_b_16", 16, 768, 12, size=96), 1, [
        (nn.GELU, having(approximate="tanh"), 1),
        (nn.LayerNorm, having(eps=1e-5), 1),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "every", "mistakes"), SPOILED, ids=[str(case) for case, *_ in SPOILED])
def test_a_mistake_shows(case: Case, every: int, mistakes: list[Mistake]) -> None:
    theirs, ours, pictures = make_pair(case)
    with torch.no_grad():
        expected = outputs(theirs, pictures)
        far = {}
        for spoiled in spoil(ours, every, mistakes):
            far[spoiled] = difference(outputs(ours, pictures), expected)
        assert [spoiled for spoiled, distance in far.items() if distance <= TOLERANCE] == []
        assert difference(outputs(ours, pictures), expected) <= TOLERANCE  # it was the mistakes


def spoil(net: Any, every: int, mistakes: list[Mistake]) -> Iterator[str]:
    """Make one mistake after the other; yields what it is."""
    yield from islice(exchanges(net), 0, None, every)
    for number, (kind, change, some) in enumerate(mistakes):
        count = 0
        for name in islice(replacements(net, kind, change), 0, None, some):
            count += 1
            yield f"mistake {number} in {name}"
        assert count
