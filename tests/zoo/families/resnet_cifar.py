"""ResNet for CIFAR: He et al. 2015, section 4.2."""

from __future__ import annotations

from zoo.tables import Case, Figures, Mistake, Spoiled, built, expected, pytorchcv

SIZE = (3, 32, 32)
BLOCKS = {"resnet20": 3, "resnet32": 5, "resnet44": 7, "resnet56": 9, "resnet110": 18, "resnet1202": 200}
PLAIN = {"plain20": 3, "plain56": 9}
FIGURES = expected("resnet_cifar")
VARIATIONS = [  # two projections and their bn: 16*32 + 32*64 + 2*(32 + 64) = 2,752
    (name, {"shortcut": "option_b"}, Figures(FIGURES[name].params + 2_752, FIGURES[name].macs + 2 * 131_072)) for name in BLOCKS
]


def of_blocks(name: str, size: tuple[int, ...] = SIZE, classes: int = 10, width: int = 16, shortcut: str = "option_a") -> Case:
    """A model as it is put together of torchvision's blocks."""
    blocks = PLAIN.get(name) or BLOCKS[name]
    build = built("resnet", "cifar_resnet", blocks, "none" if name in PLAIN else shortcut, classes, width)
    return Case(name, "torchvision", build, {"classes": classes, "width": width, "shortcut": shortcut}, size)


def projected(name: str) -> Case:
    """A model with projections, as pytorchcv has it."""
    return Case(name, "pytorchcv", pytorchcv(f"{name}_cifar10"), {"shortcut": "option_b"}, SIZE)


SAME = [
    *(of_blocks(name) for name in ("resnet20", "resnet32", "resnet44", "resnet56", "resnet110", "plain20", "plain56")),
    of_blocks("resnet20", (3, 41, 28), classes=37, width=12),
    of_blocks("resnet20", (3, 28, 41), shortcut="option_c"),
    of_blocks("plain20", (3, 41, 28), classes=37, width=20),
    projected("resnet20"),
]
COUNTED = [
    *(of_blocks(name) for name in FIGURES),
    of_blocks("resnet44", (3, 320, 256), classes=37),
    *(projected(name) for name in ("resnet56", "resnet110", "resnet1202")),
]
TRAINED = [of_blocks("resnet20", (3, 28, 20), classes=37, width=12)]
SPOILED = [
    Spoiled(of_blocks("resnet20", (3, 20, 12), width=12), [
        Mistake("ReLU", "Identity"),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=2),
        # Missing channels in front, or on both sides, as some have them; the second shortcut of option A lacks others.
        Mistake("pad_channels", {"before": 12, "after": 0}, every=2),
        Mistake("pad_channels", {"before": 6, "after": 6}, every=2),
    ], every=4),
]  # fmt: skip
