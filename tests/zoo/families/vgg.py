"""VGG: Simonyan and Zisserman 2014."""

from __future__ import annotations

from zoo.tables import Case, built, same, timm

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
