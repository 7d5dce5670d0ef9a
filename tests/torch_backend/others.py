"""Networks of torchvision and timm, and networks built of their parts, each the same as one of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn

Build = Callable[[], Any]

# The cells of a mobile NASNet, under the names that timm has for those of the large one.
CELLS = ("cell_0", "cell_1", "cell_2", "cell_3", "reduction_cell_0", "cell_6", "cell_7", "cell_8", "cell_9",
         "reduction_cell_1", "cell_12", "cell_13", "cell_14", "cell_15")  # fmt: skip


def vision(name: str, **options: Any) -> Build:
    """How torchvision builds a model; on `meta`, so that no time goes into weights that are replaced."""

    def build() -> Any:
        torchvision = pytest.importorskip("torchvision")
        with torch.device("meta"):
            return torchvision.models.get_model(name, weights=None, **options)

    return build


def timm(name: str, **options: Any) -> Build:
    """How timm builds a model. Not on `meta`, where older versions cannot build all."""
    return lambda: pytest.importorskip("timm").create_model(name, pretrained=False, **options)


def resnet_v1(name: str) -> Any:
    """Torchvision's, with the stride of a bottleneck in its first convolution, as in the paper."""
    net = vision(name)()
    for module in net.modules():
        if hasattr(module, "conv3"):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, module.conv1.stride
    return net


def densenet(depths: tuple[int, ...]) -> Any:
    """Torchvision's, with other numbers of layers than those that it has names for."""
    torchvision = pytest.importorskip("torchvision")
    with torch.device("meta"):
        return torchvision.models.DenseNet(block_config=depths)


def vision_transformer(patch: int, width: int, heads: int, size: int = 224) -> Any:
    """Torchvision's, with two encoder layers: the others only repeat them."""
    torchvision = pytest.importorskip("torchvision")
    with torch.device("meta"):
        return torchvision.models.VisionTransformer(
            image_size=size, patch_size=patch, num_layers=2, num_heads=heads, hidden_dim=width, mlp_dim=4 * width
        )


class ConvReLU(nn.Sequential):
    """What GoogLeNet is built of in the paper, where torchvision's has batch normalisation."""

    def __init__(self, channels: int, out: int, **options: Any) -> None:
        super().__init__(nn.Conv2d(channels, out, **options), nn.ReLU())


def googlenet_of_the_paper(batchnorm: bool, aux: bool) -> Any:
    """Torchvision's, without what it does in another way than the paper; `batchnorm` is left if wanted."""
    theirs = pytest.importorskip("torchvision.models.googlenet")  # the module; as an attribute it is a function
    block = theirs.BasicConv2d if batchnorm else ConvReLU

    def inception(*sizes: int) -> Any:
        made = theirs.Inception(*sizes, conv_block=block)
        made.branch3[1] = block(*sizes[4:6], kernel_size=5, padding=2)
        return made

    def classifier(channels: int, classes: int, dropout: float) -> Any:
        pool = nn.AvgPool2d(5, 3)  # leaves the 4x4 that InceptionAux would pool to
        return nn.Sequential(pool, theirs.InceptionAux(channels, classes, conv_block=block, dropout=dropout))

    with torch.device("meta"):
        net = theirs.GoogLeNet(aux_logits=aux, init_weights=False, blocks=[block, inception, classifier], dropout=0.4)
    net.maxpool4 = nn.MaxPool2d(3, 2, ceil_mode=True)
    if not batchnorm:
        net.maxpool1 = nn.Sequential(net.maxpool1, nn.LocalResponseNorm(5, k=2))
        net.maxpool2 = nn.Sequential(nn.LocalResponseNorm(5, k=2), net.maxpool2)
    return net


class MeanOfPixels(nn.Module):
    """A 3x3 mean with stride 2 that leaves the padding out, as TensorFlow does; timm's counts it where it pads by hand."""

    def forward(self, x: Any) -> Any:
        around = [missing for size in (x.shape[-1], x.shape[-2]) for missing in ((1, 1) if size % 2 else (0, 1))]
        padded = (nn.functional.pad(values, around) for values in (x, torch.ones_like(x)))
        sums, counts = (nn.functional.avg_pool2d(values, 3, 2) for values in padded)
        return sums / counts


class NASNetMobile(nn.Module):
    """The cells of timm's NASNetALarge, wired as the authors wire their mobile network, which timm does not have.

    It has 4 cells in a row, not 6; and the cell behind a reduction also reads the cell in front of it, where the large
    network skips one (`skip_reduction_layer_input` in the authors' code).
    """

    def __init__(self) -> None:
        super().__init__()
        self.large = timm("nasnetalarge", stem_size=32, num_features=1056, drop_rate=0.5)()
        for name in ("cell_4", "cell_5", "cell_10", "cell_11", "cell_16", "cell_17"):
            delattr(self.large, name)
        for module in self.large.modules():
            if hasattr(module, "path_2"):
                module.path_2.pad = nn.Identity()  # our spec states that its second path reads the same pixels as the first
            if getattr(getattr(module, "comb_iter_2_left", None), "stride", None) == (2, 2):
                module.comb_iter_2_left = MeanOfPixels()

    def forward(self, x: Any) -> Any:
        net = self.large
        before = net.conv0(x)
        last = net.cell_stem_0(before)
        before, last = last, net.cell_stem_1(before, last)
        for name in CELLS:
            before, last = last, getattr(net, name)(last, before)
        return net.forward_head(net.act(last))
