"""GoogLeNet: Szegedy et al. 2014."""

from __future__ import annotations

from zoo.tables import Case, Figures, Mistake, Spoiled, built, vision

VARIATIONS = [
    ("googlenet", {"aux": True}, Figures(13_378_280, 1_591_044_096, 22)),
    # 7,280 biases less, 2 * 7,280 for bn
    ("googlenet", {"batchnorm": True}, Figures(7_005_832, 1_582_671_872, 22, 715)),
    ("googlenet_torchvision", {"five": 5}, Figures(7_005_832, 1_582_671_872, 22)),
    ("googlenet_torchvision", {"aux": True}, Figures(13_004_888, 1_506_748_416, 22)),
]
AUX = (("aux1.", "inception4a."), ("aux2.", "inception4d."))  # theirs stand last


def as_in_torchvision(size: tuple[int, ...], aux: bool, classes: int = 1000) -> Case:
    """Torchvision's own network."""
    build = vision("googlenet", aux_logits=aux, init_weights=False, num_classes=classes)
    return Case("googlenet_torchvision", "torchvision", build, {"aux": aux, "classes": classes}, size, AUX if aux else ())


def as_in_the_paper(batchnorm: bool, aux: bool) -> Case:
    """In pictures as loud as photographs LRN has something to divide by."""
    settings = {"batchnorm": batchnorm, "aux": aux}
    build = built("googlenet", "googlenet_of_the_paper", batchnorm, aux)
    return Case("googlenet", "torchvision", build, settings, moves=AUX if aux else (), loud=1 if batchnorm else 100)


SAME = [
    as_in_torchvision((3, 224, 224), aux=False),
    as_in_torchvision((3, 135, 182), aux=False, classes=37),
    as_in_torchvision((3, 160, 192), aux=True, classes=37),
    as_in_the_paper(batchnorm=False, aux=True),
    as_in_the_paper(batchnorm=True, aux=False),
]
COUNTED = [
    *(as_in_torchvision(size, aux=False, classes=37) for size in ((3, 320, 256), (3, 201, 333))),
    *(as_in_torchvision(size, aux=True) for size in ((3, 224, 224), (3, 320, 256))),
]
TRAINED = [as_in_torchvision((3, 96, 96), aux=True, classes=37)]
SPOILED = [
    Spoiled(as_in_torchvision((3, 64, 64), aux=False), [
        Mistake("ReLU", "Identity", every=4),
        Mistake("BatchNorm2d", {"eps": 1e-5}, every=4),
        # with a border on all sides, in place of windows that pass the last one
        Mistake("MaxPool2d", {"padding": 1, "ceil_mode": False}, of={"stride": (2, 2)}),
    ], every=8),
    Spoiled(as_in_the_paper(batchnorm=False, aux=False), [Mistake("LocalResponseNorm", {"k": 1.0})], every=10),
]  # fmt: skip
