"""VGG: Simonyan and Zisserman 2014."""

from __future__ import annotations

from zoo.tables import Case, Figures, built, same, timm

FIGURES = {
    "vgg11": Figures(132_863_336, 7_609_090_048, 11, 150, buffers=0),
    "vgg13": Figures(133_047_848, 11_308_466_176, 13, buffers=0),
    "vgg16_c": Figures(133_638_952, 11_770_888_192, 16, buffers=0),  # B, and the 1x1: 2 * 205,520,896 + 51,380,224
    "vgg16": Figures(138_357_544, 15_470_264_320, 16, 212, 138_344_128, 15_237_608, buffers=0),
    "vgg19": Figures(143_667_240, 19_632_062_464, 19, buffers=0),
    "vgg11_bn": Figures(132_868_840, 7_609_090_048, 11, 150, buffers=5_512),
    "vgg13_bn": Figures(133_053_736, 11_308_466_176, 13, buffers=5_898),
    "vgg16_bn": Figures(138_365_992, 15_470_264_320, 16, 212, buffers=8_461),
    "vgg19_bn": Figures(143_678_248, 19_632_062_464, 19, buffers=11_024),
}
SMALL = (3, 64, 64)
BATCHNORM = ("vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn")
SAME = [
    *(same(name) for name in ("vgg11", "vgg16", "vgg19")),
    same("vgg13", classes=37),
    Case("vgg11", "timm", timm("vgg11"), {}, reshaped=("pre_logits.fc1.weight", "pre_logits.fc2.weight")),
    Case("vgg16_c", "torchvision", built("vgg", "vgg_c"), {"any_size": True}, SMALL),
    *(same(name, SMALL, any_size=True) for name in BATCHNORM),
    same("vgg11_bn", (3, 135, 182), any_size=True, classes=37),
]
COUNTED = [
    same("vgg11", classes=37),
    Case("vgg16_c", "torchvision", built("vgg", "vgg_c"), {}),
    *(same(name) for name in BATCHNORM),
    *(same(name, (3, 320, 256), any_size=True, classes=37) for name in ("vgg11", "vgg13", "vgg16", "vgg19", "vgg16_bn")),
    same("vgg16", (3, 201, 333), any_size=True),
]
