"""Inception-v3 of torchvision's parts."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def inception_v3(pools: list[int], sevens: list[int]) -> Any:
    """With two modules at 35x35 and three at 17x17, of these widths; without the auxiliary classifier."""
    theirs = pytest.importorskip("torchvision.models.inception")
    with torch.device("meta"):
        net = theirs.Inception3(aux_logits=False, init_weights=False)
        net.Mixed_5b = theirs.InceptionA(192, pools[0])
        net.Mixed_5c = theirs.InceptionA(224 + pools[0], pools[1])
        net.Mixed_6b, net.Mixed_6c, net.Mixed_6d = (theirs.InceptionC(768, width) for width in sevens)
    net.Mixed_5d = net.Mixed_6e = nn.Identity()
    return net
