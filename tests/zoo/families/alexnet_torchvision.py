"""AlexNet as torchvision has it: Krizhevsky 2014."""

from __future__ import annotations

from zoo.tables import Case, pytorchcv, vision

SAME = [
    Case("alexnet_torchvision", "torchvision", vision("alexnet"), {}),
    Case("alexnet_torchvision", "torchvision", vision("alexnet", num_classes=37), {"classes": 37}, (3, 160, 192)),
]
COUNTED = [
    Case("alexnet_torchvision", "pytorchcv", pytorchcv("alexnetb"), {}),
    Case("alexnet_torchvision", "torchvision", vision("alexnet", num_classes=37), {"classes": 37}, (3, 201, 333)),
    Case("alexnet_torchvision", "torchvision", vision("alexnet", num_classes=37), {"classes": 37}, (3, 320, 256)),
]
TRAINED = [
    Case("alexnet_torchvision", "torchvision", vision("alexnet", num_classes=37), {"classes": 37}, (3, 160, 192)),
]
