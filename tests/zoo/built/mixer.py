"""Networks of timm's MlpMixer class: MLP-Mixer, ResMLP and gMLP."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")


def mixer(
    size: tuple[int, int], patch: int, width: int, depth: int, ratios: tuple[float, float] = (0.5, 4), classes: int = 1000
) -> Any:
    """An MLP-Mixer for pictures of a size; the ratios are those of the MLPs' widths to the network's."""
    return _mlp_mixer(size, patch, width, depth, classes, mlp_ratio=ratios)


def resmlp(size: tuple[int, int], patch: int, width: int, depth: int, classes: int = 1000) -> Any:
    """A ResMLP."""
    module = pytest.importorskip("timm.models.mlp_mixer")
    return _mlp_mixer(size, patch, width, depth, classes, mlp_ratio=4, block_layer=module.ResBlock, norm_layer=module.Affine)


def gmlp(size: tuple[int, int], patch: int, width: int, depth: int, ratio: float = 6, classes: int = 1000) -> Any:
    """A gMLP."""
    module = pytest.importorskip("timm.models.mlp_mixer")
    return _mlp_mixer(
        size, patch, width, depth, classes, mlp_ratio=ratio, block_layer=module.SpatialGatingBlock, mlp_layer=module.GatedMlp
    )


def _mlp_mixer(size: tuple[int, int], patch: int, width: int, depth: int, classes: int, **options: Any) -> Any:
    module = pytest.importorskip("timm.models.mlp_mixer")
    with torch.device("meta"):
        return module.MlpMixer(classes, size, patch_size=patch, embed_dim=width, num_blocks=depth, **options)
