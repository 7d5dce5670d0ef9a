"""GoogLeNet of torchvision's parts."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


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
