"""Pre-activation ResNet: He et al. 2016."""

from __future__ import annotations

from zoo.tables import Case, Figures, Mistake, Spoiled, built, pytorchcv

VARIATIONS = [("preact_resnet200", {"v1": False}, Figures(64_666_280, 15_007_481_856, 200))]
CIFAR, SMALL = (3, 32, 32), (3, 64, 64)


def cifar(
    name: str, depth: int, v1: bool = True, classes: int = 10, size: tuple[int, ...] = CIFAR, units: int | None = None
) -> Case:
    """A model for CIFAR; `units` of each stage, if not its own."""
    settings = {"v1": v1, "classes": classes} | ({"depths": f"[{units}, {units}, {units}]"} if units else {})
    build = built("preact_resnet", "cifar_preact", depth, name != "preact_resnet110", v1, classes)
    return Case(name, "pytorchcv", build, settings, size)


def imagenet(size: tuple[int, ...], classes: int = 1000) -> Case:
    """The model for ImageNet; in the name of pytorchcv's a b stands for the stride in the 3x3."""
    build = built("preact_resnet", "imagenet_preact", "preresnet200", classes)
    return Case("preact_resnet200", "pytorchcv", build, {"classes": classes}, size)


SAME = [
    cifar("preact_resnet110", 110),
    cifar("preact_resnet164", 164),
    cifar("preact_resnet1001", 29, units=3, size=(3, 41, 28), classes=37),
    cifar("preact_resnet164", 20, units=2, v1=False),
    imagenet(SMALL),
]
COUNTED = [
    *(cifar(f"preact_resnet{depth}", depth) for depth in (110, 164, 1001)),
    cifar("preact_resnet164", 164, size=(3, 320, 256), classes=37),
    Case("preact_resnet110", "pytorchcv", pytorchcv("preresnet110_cifar10"), {}, CIFAR),
    *(
        Case(f"preact_resnet{depth}", "pytorchcv", pytorchcv(name), {"v1": False}, CIFAR)
        for depth, name in ((164, "preresnet164bn_cifar10"), (1001, "preresnet1001_cifar10"))
    ),
    imagenet((3, 224, 224)),
    imagenet((3, 320, 256), classes=37),
    Case("preact_resnet200", "pytorchcv", pytorchcv("preresnet200b"), {"v1": False}),
]
SPOILED = [
    Spoiled(cifar("preact_resnet164", 20, units=2, v1=False, size=(3, 16, 12)), [
        Mistake("ReLU", "Identity"),
        Mistake("BatchNorm2d", {"eps": 1e-3}),
    ], every=2),
]  # fmt: skip
