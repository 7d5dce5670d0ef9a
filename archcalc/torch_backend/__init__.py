"""Graph to torch.nn.Module, and every figure held against torch. The only importer of torch."""

from archcalc.torch_backend.compare import LayerCheck, Pair
from archcalc.torch_backend.devices import describe
from archcalc.torch_backend.network import Network
from archcalc.torch_backend.run import Run
from archcalc.torch_backend.verify import How, Verification, make_network, read_how, verify_graph

__all__ = [
    "How",
    "LayerCheck",
    "Network",
    "Pair",
    "Run",
    "Verification",
    "describe",
    "make_network",
    "read_how",
    "verify_graph",
]
