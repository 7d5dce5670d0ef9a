"""EfficientNet: Tan and Le 2019."""

from __future__ import annotations

from zoo.tables import Case, Figures, Mistake, Spoiled, built, same, timm

FIGURES = {
    "efficientnet_b0": Figures(5_288_548, 385_814_752, buffers=42_065),
    "efficientnet_b1": Figures(7_794_184, 686_802_832, buffers=62_117),
    "efficientnet_b2": Figures(9_109_994, 993_561_872, buffers=67_637),
    "efficientnet_b3": Figures(12_233_232, 1_827_141_392, buffers=87_374),
    "efficientnet_b4": Figures(19_341_616, 4_393_771_024, buffers=125_296),
    "efficientnet_b5": Figures(30_389_784, 10_266_384_752, buffers=172_852),
    "efficientnet_b6": Figures(43_040_704, 19_067_593_536, buffers=224_566),
    "efficientnet_b7": Figures(66_347_960, 37_745_884_192, buffers=310_883),
    # of timm's B0, with its widths and depths multiplied
    "efficientnet_phi1": Figures(9_109_994, 992_629_472, buffers=67_637),
    "efficientnet_phi2": Figures(12_255_408, 1_810_522_464, buffers=87_406),
    "efficientnet_phi3": Figures(16_350_296, 3_250_916_456, buffers=111_933),
    "efficientnet_phi4": Figures(25_916_448, 6_319_727_088, buffers=158_276),
    "efficientnet_phi5": Figures(33_726_740, 11_374_487_904, buffers=192_445),
    "efficientnet_phi6": Figures(45_464_648, 20_094_026_560, buffers=241_951),
    "efficientnet_phi7": Figures(68_741_810, 39_663_901_696, buffers=335_077),
}
VARIATIONS = [
    ("efficientnet_b0", {"phi": 3}, FIGURES["efficientnet_phi3"]),
    # another network with phi = 1: the formulas give the factors that B7 states
    ("efficientnet_b0", {"alpha": 3.1, "beta": 2, "gamma": "600/224", "phi": 1}, FIGURES["efficientnet_b7"]),
]
RESOLUTIONS = [224, 240, 260, 300, 380, 456, 528, 600]
TINY = (3, 64, 64)


def compound(phi: int, size: tuple[int, ...]) -> Case:
    """What timm makes of the factors that the paper's formulas give."""
    return Case(f"efficientnet_phi{phi}", "timm", built("efficientnet", "scaled", 1.1**phi, 1.2**phi), {}, size)


def narrow_and_shallow(size: tuple[int, ...]) -> Case:
    return Case("efficientnet_b0", "timm", built("efficientnet", "scaled", 0.75, 0.5), {"width": 0.75, "depth": 0.5}, size)


SAME = [
    *(same(f"efficientnet_b{n}", TINY) for n in range(8)),
    same("efficientnet_b1", (3, 71, 94), classes=37),
    *(compound(phi, TINY) for phi in (1, 3)),
    narrow_and_shallow(TINY),
    Case("efficientnet_b0", "timm", timm("efficientnet_b0"), {}, TINY),
    Case("efficientnet_b0", "torchvision", built("efficientnet", "squeezed", 8), {"reduction": 8}, TINY),
]
COUNTED = [
    *(same(f"efficientnet_b{n}", (3, size, size)) for n, size in enumerate(RESOLUTIONS)),
    *(same(name, (3, 320, 256), classes=37) for name in ("efficientnet_b0", "efficientnet_b3", "efficientnet_b5")),
    *(compound(phi, (3, size, size)) for phi, size in enumerate([258, 296, 341, 392, 451, 518, 596], start=1)),
    narrow_and_shallow((3, 224, 224)),
]
WITHOUT_DROPOUT = {"width": 0.75, "depth": 0.5, "drop": 0}  # as timm's, unless asked for
TRAINED = [narrow_and_shallow((3, 96, 96))._replace(settings=WITHOUT_DROPOUT)]
SPOILED = [
    Spoiled(narrow_and_shallow(TINY), [
        Mistake("SiLU", "ReLU", every=2),
        Mistake("SiLU", "Hardswish", every=2),
        Mistake("Sigmoid", "Hardsigmoid"),
        Mistake("BatchNorm2d", {"eps": 1e-3}, every=4),
    ], every=8),
]  # fmt: skip
