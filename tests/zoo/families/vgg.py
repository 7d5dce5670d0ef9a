"""VGG: Simonyan and Zisserman 2014."""

from __future__ import annotations

from zoo.tables import Case, Figures, same, timm

FIGURES = {
    "vgg11": Figures(132_863_336, 7_609_090_048, 11, 150, buffers=0),
    "vgg13": Figures(133_047_848, 11_308_466_176, 13, buffers=0),
    "vgg16": Figures(138_357_544, 15_470_264_320, 16, 212, 138_344_128, 15_237_608, buffers=0),
    "vgg19": Figures(143_667_240, 19_632_062_464, 19, buffers=0),
}
SAME = [
    *(same(name) for name in ("vgg11", "vgg16", "vgg19")),
    same("vgg13", classes=37),
    Case("vgg11", "timm", timm("vgg11"), {}, reshaped=("pre_logits.fc1.weight", "pre_logits.fc2.weight")),
]
COUNTED = [same("vgg11", classes=37)]
