"""The layers of the lecture's networks, by the lecture's names, with the sizes and counts that stand on its slides."""

from __future__ import annotations

from itertools import pairwise

import pytest

import archcalc

# name, output (height x width x depth), params with biases
ALEXNET = [
    ("conv1", (55, 55, 96), (11 * 11 * 3 + 1) * 96),
    ("pool1", (27, 27, 96), 0),
    ("norm1", (27, 27, 96), 0),
    ("conv2", (27, 27, 256), (5 * 5 * 96 + 1) * 256),
    ("pool2", (13, 13, 256), 0),
    ("norm2", (13, 13, 256), 0),
    ("conv3", (13, 13, 384), (3 * 3 * 256 + 1) * 384),
    ("conv4", (13, 13, 384), (3 * 3 * 384 + 1) * 384),
    ("conv5", (13, 13, 256), (3 * 3 * 384 + 1) * 256),
    ("pool3", (6, 6, 256), 0),
    ("fc6", (4096,), (6 * 6 * 256 + 1) * 4096),
    ("fc7", (4096,), (4096 + 1) * 4096),
    ("fc8", (1000,), (4096 + 1) * 1000),
]

# name, output, memory, params; the slide does not count biases
VGG16 = [
    ("input", (224, 224, 3), 224 * 224 * 3, 0),
    ("conv1_1", (224, 224, 64), 224 * 224 * 64, 1_728),
    ("conv1_2", (224, 224, 64), 224 * 224 * 64, 36_864),
    ("pool1", (112, 112, 64), 112 * 112 * 64, 0),
    ("conv2_1", (112, 112, 128), 112 * 112 * 128, 73_728),
    ("conv2_2", (112, 112, 128), 112 * 112 * 128, 147_456),
    ("pool2", (56, 56, 128), 56 * 56 * 128, 0),
    ("conv3_1", (56, 56, 256), 56 * 56 * 256, 294_912),
    ("conv3_2", (56, 56, 256), 56 * 56 * 256, 589_824),
    ("conv3_3", (56, 56, 256), 56 * 56 * 256, 589_824),
    ("pool3", (28, 28, 256), 28 * 28 * 256, 0),
    ("conv4_1", (28, 28, 512), 28 * 28 * 512, 1_179_648),
    ("conv4_2", (28, 28, 512), 28 * 28 * 512, 2_359_296),
    ("conv4_3", (28, 28, 512), 28 * 28 * 512, 2_359_296),
    ("pool4", (14, 14, 512), 14 * 14 * 512, 0),
    ("conv5_1", (14, 14, 512), 14 * 14 * 512, 2_359_296),
    ("conv5_2", (14, 14, 512), 14 * 14 * 512, 2_359_296),
    ("conv5_3", (14, 14, 512), 14 * 14 * 512, 2_359_296),
    ("pool5", (7, 7, 512), 7 * 7 * 512, 0),
    ("fc6", (4096,), 4096, 102_760_448),
    ("fc7", (4096,), 4096, 16_777_216),
    ("fc8", (1000,), 1000, 4_096_000),
]

# what one module's layers multiply and accumulate
NAIVE = {
    "one.conv1x1": 28 * 28 * 128 * 1 * 1 * 256,
    "three.conv3x3": 28 * 28 * 192 * 3 * 3 * 256,
    "five.conv5x5": 28 * 28 * 96 * 5 * 5 * 256,
}
REDUCED = {
    "three.reduce3x3": 28 * 28 * 64 * 1 * 1 * 256,
    "five.reduce5x5": 28 * 28 * 64 * 1 * 1 * 256,
    "one.conv1x1": 28 * 28 * 128 * 1 * 1 * 256,
    "three.conv3x3": 28 * 28 * 192 * 3 * 3 * 64,
    "five.conv5x5": 28 * 28 * 96 * 5 * 5 * 64,
    "pool.project": 28 * 28 * 64 * 1 * 1 * 256,
}

# name, output (height x width x depth): arXiv:1409.4842, Table 1
GOOGLENET = [
    ("conv1", (112, 112, 64)),
    ("pool1", (56, 56, 64)),
    ("conv2", (56, 56, 192)),
    ("pool2", (28, 28, 192)),
    ("inception3a.concat", (28, 28, 256)),
    ("inception3b.concat", (28, 28, 480)),
    ("pool3", (14, 14, 480)),
    ("inception4a.concat", (14, 14, 512)),
    ("inception4b.concat", (14, 14, 512)),
    ("inception4c.concat", (14, 14, 512)),
    ("inception4d.concat", (14, 14, 528)),
    ("inception4e.concat", (14, 14, 832)),
    ("pool4", (7, 7, 832)),
    ("inception5a.concat", (7, 7, 832)),
    ("inception5b.concat", (7, 7, 1024)),
    ("pool5", (1024,)),
    ("fc", (1000,)),
]


def height_width_depth(layer: archcalc.LayerReport) -> tuple[int, ...]:
    depth, *sizes = layer.output
    return (*sizes, depth)


def test_alexnet() -> None:
    report = archcalc.analyze("alexnet")
    named = [layer for layer in report.layers if layer.name in {name for name, *_ in ALEXNET}]
    assert [(layer.name, height_width_depth(layer), layer.params) for layer in named] == ALEXNET


def test_vgg16() -> None:
    report = archcalc.analyze("vgg16")
    rows = [layer for layer in report.layers if layer.activations]
    shown = [(layer.name, height_width_depth(layer), layer.activations, layer.params_no_bias) for layer in rows]
    assert shown == VGG16


@pytest.mark.parametrize(("name", "layers"), [("vgg11", 11), ("vgg13", 13), ("vgg16", 16), ("vgg19", 19)])
def test_vgg_layers_are_numbered_without_gaps(name: str, layers: int) -> None:
    report = archcalc.analyze(name)
    weighted = [layer.name for layer in report.layers if layer.params]
    assert len(weighted) == layers
    numbers = [tuple(map(int, name.removeprefix("conv").split("_"))) for name in weighted[:-3]]
    assert all(b in {(a[0], a[1] + 1), (a[0] + 1, 1)} for a, b in pairwise(numbers))
    assert weighted[-3:] == ["fc6", "fc7", "fc8"]


@pytest.mark.parametrize(
    ("name", "depth", "lines"), [("inception_naive", 672, NAIVE), ("inception_reduced", 480, REDUCED)], ids=["naive", "reduced"]
)
def test_inception_module(name: str, depth: int, lines: dict[str, int]) -> None:
    report = archcalc.analyze(name)
    assert {layer.name: layer.macs for layer in report.layers if layer.macs} == lines
    assert height_width_depth(report.layers[-1]) == (28, 28, depth)


def test_googlenet() -> None:
    report = archcalc.analyze("googlenet")
    assert [(name, height_width_depth(report.layer(name))) for name, _ in GOOGLENET] == GOOGLENET


def test_zfnet() -> None:
    report = archcalc.analyze("zfnet")
    sizes = {name: height_width_depth(report.layer(name)) for name in ("conv1", "conv2", "conv3", "conv4", "conv5", "pool3")}
    assert sizes == {
        "conv1": (110, 110, 96),
        "conv2": (26, 26, 256),
        "conv3": (13, 13, 512),
        "conv4": (13, 13, 1024),
        "conv5": (13, 13, 512),
        "pool3": (6, 6, 512),
    }


def test_lenet() -> None:
    report = archcalc.analyze("lenet5")
    kinds = {"conv": "CONV", "avgpool": "POOL", "linear": "FC"}
    order = "-".join(kinds[layer.kind] for layer in report.layers if layer.kind in kinds)
    assert order == "CONV-POOL-CONV-POOL-FC-FC-FC"  # the slide does not draw the last one, which gives the scores
    assert [tuple(report.layer(name).output) for name in ("conv1", "pool1", "conv2", "pool2", "fc3", "fc4", "fc5")] == [
        (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120,), (84,), (10,),
    ]  # fmt: skip


def test_alexnet_on_224_says_what_does_not_fit() -> None:
    report = archcalc.analyze("alexnet", input=(3, 224, 224))
    assert any("54.25" in note for note in report.notes)
    with pytest.raises(archcalc.SpecError):
        archcalc.analyze("alexnet", input=(3, 224, 224), strict=True)


@pytest.mark.parametrize("name", ["alexnet", "vgg16", "resnet50", "googlenet", "densenet121", "mobilenet_v2", "vit_b_16"])
def test_nothing_is_dropped_on_a_network_s_own_input(name: str) -> None:
    assert archcalc.analyze(name, strict=True).notes == []
