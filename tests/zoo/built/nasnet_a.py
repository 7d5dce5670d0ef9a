"""NASNets of timm's cells, and pytorchcv's."""

from __future__ import annotations

from typing import Any

import pytest

from zoo.tables import pytorchcv, timm

torch = pytest.importorskip("torch")
nn = torch.nn

# The cells of a mobile NASNet, under the names that timm has for those of the large one.
CELLS = ("cell_0", "cell_1", "cell_2", "cell_3", "reduction_cell_0", "cell_6", "cell_7", "cell_8", "cell_9",
         "reduction_cell_1", "cell_12", "cell_13", "cell_14", "cell_15")  # fmt: skip


class MeanOfPixels(nn.Module):
    """A 3x3 mean with stride 2 that leaves the padding out, as TensorFlow does; timm's counts it where it pads by hand."""

    def forward(self, x: Any) -> Any:
        around = [missing for size in (x.shape[-1], x.shape[-2]) for missing in ((1, 1) if size % 2 else (0, 1))]
        padded = (nn.functional.pad(values, around) for values in (x, torch.ones_like(x)))
        sums, counts = (nn.functional.avg_pool2d(values, 3, 2) for values in padded)
        return sums / counts


def large(**options: Any) -> Any:
    """Timm's large network, with means as the authors' code takes them."""
    net = timm("nasnetalarge", **options)()
    for module in net.modules():
        if getattr(getattr(module, "comb_iter_2_left", None), "stride", None) == (2, 2):
            module.comb_iter_2_left = MeanOfPixels()
    return net


class NASNetMobile(nn.Module):
    """The cells of timm's NASNetALarge, wired as the authors wire their mobile network, which timm does not have.

    It has 4 cells in a row, not 6; and the cell behind a reduction also reads the cell in front of it, where the large
    network skips one (`skip_reduction_layer_input` in the authors' code).
    """

    def __init__(self) -> None:
        super().__init__()
        self.large = large(stem_size=32, num_features=1056, drop_rate=0.5)
        for name in ("cell_4", "cell_5", "cell_10", "cell_11", "cell_16", "cell_17"):
            delattr(self.large, name)

    def forward(self, x: Any) -> Any:
        net = self.large
        before = net.conv0(x)
        last = net.cell_stem_0(before)
        before, last = last, net.cell_stem_1(before, last)
        for name in CELLS:
            before, last = last, getattr(net, name)(last, before)
        return net.forward_head(net.act(last))


def mobile_without_excess() -> Any:
    """Pytorchcv's mobile network, which pads its convolutions by a row and a column too many in front, and cuts them off.

    Here they are not computed in the first place.
    """
    net = pytorchcv("nasnet_4a1056")()
    for module in net.modules():
        if type(module).__name__ == "NasDwsConv" and module.extra_padding:
            module.extra_padding = False
            inner, (half, _) = module.conv.dw_conv, module.conv.dw_conv.padding
            before = half - 1 if inner.stride == (2, 2) else half
            inner.padding = (0, 0)
            module.activ = nn.Sequential(nn.ReLU(), nn.ZeroPad2d((before, half, before, half)))
    return net
