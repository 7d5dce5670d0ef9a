"""What a network is made of beside torch's own modules: layers that compute with parts, and the blocks around layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from archcalc.layers.base import Layer, Work


class Holder(nn.Module):
    """A module in which others may have any name, `training` too, which torch cannot tell from its own flag."""

    def train(self, mode: bool = True) -> Holder:
        """Training mode or not, here and in all modules inside."""
        self.__dict__["training"] = mode
        for module in self.children():
            module.train(mode)
        return self


class LayerModule(Holder):
    """A layer that torch has no module for: its kind gave parts, which are attributes here, and computes with them."""

    def __init__(self, layer: Layer, parts: Mapping[str, Any]) -> None:
        super().__init__()
        self.layer = layer
        for name, part in parts.items():
            if part is None or isinstance(part, nn.Parameter):
                self.register_parameter(name, part)
            elif isinstance(part, torch.Tensor):
                self.register_buffer(name, part)
            else:
                setattr(self, name, part)  # registers modules

    def forward(self, *inputs: torch.Tensor) -> Any:
        """One tensor, or several, for the tensors that come in; each with the batch in front."""
        return self.layer.forward(torch, self, *inputs)

    def _get_name(self) -> str:
        return self.layer.kind

    def extra_repr(self) -> str:
        """The fields in a few words."""
        return self.layer.title()


class Group(Holder):
    """A block of the spec, a branch, or a group of layers: it holds layers, and the network runs them."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def forward(self, *inputs: torch.Tensor) -> Any:
        """Raises RuntimeError: only the whole network knows which tensors go where."""
        raise RuntimeError(f"the block '{self.title}' cannot be run by itself; run the network, or one of the block's layers")

    def _get_name(self) -> str:
        return self.title


def module_of(work: Work) -> nn.Module:
    """The module of a layer, on torch's default device. Raises what torch raises."""
    made = work.layer.torch(torch, *work.inputs)
    return made if isinstance(made, nn.Module) else LayerModule(work.layer, made)
