"""Counts of our networks, and the shapes of their layers, are those of other libraries' networks on the meta device."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import archcalc
from zoo.tables import Case, families

torch = pytest.importorskip("torch")

CASES = [case for family in families() for case in family.counted]


def compute(net: Any, size: tuple[int, ...]) -> tuple[tuple[int, int, int], Counter[Any]]:
    """Params, buffers and macs of a network, and how often it has a convolution or linear layer of an output and params."""
    from torch.utils.flop_counter import FlopCounterMode

    layers: Counter[Any] = Counter()

    def note(module: Any, _inputs: Any, output: Any) -> None:
        layers[tuple(n for n in output.shape[1:] if n != 1), sum(p.numel() for p in module.parameters())] += 1

    for module in net.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.register_forward_hook(note)
    with FlopCounterMode(display=False) as counter:  # with gradients: else torch's attention is fused, and counts as nothing
        net(torch.empty(1, *size, device="meta"))
    params, buffers = (sum(t.numel() for t in tensors) for tensors in (net.parameters(), net.buffers()))
    return (params, buffers, counter.get_total_flops() // 2), layers


@pytest.mark.parametrize("case", CASES, ids=str)
def test_counts_and_shapes_are_equal(case: Case) -> None:
    net = case.build().to("meta").eval()
    net.training = bool(getattr(net, "aux_logits", False))  # alone: goes on to give all outputs
    totals, layers = compute(net, case.size)
    report = archcalc.analyze(case.name, input=case.size, set=case.settings)
    assert (report.totals.params, report.totals.buffers, report.totals.macs) == totals
    ours = Counter((tuple(n for n in layer.output if n != 1), layer.params) for layer in report.layers if layer.kind == "conv")
    assert ours == layers


def test_torchvision_resnet_built_of_other_parts() -> None:
    resnet = pytest.importorskip("torchvision").models.resnet
    totals = archcalc.analyze("resnet50", set={"depths": "[1, 2, 1, 1]", "classes": 10}).totals
    with torch.device("meta"):
        net = resnet.ResNet(resnet.Bottleneck, [1, 2, 1, 1], num_classes=10)
    assert totals.params == sum(p.numel() for p in net.parameters())


def test_torchvision_densenet_built_of_other_parts() -> None:
    torchvision = pytest.importorskip("torchvision")
    totals = archcalc.analyze("densenet121", set={"depths": "[2, 3, 4]", "growth": 12}).totals
    with torch.device("meta"):
        net = torchvision.models.DenseNet(growth_rate=12, block_config=(2, 3, 4), num_init_features=24)
    assert totals.params == sum(p.numel() for p in net.parameters())
