"""Any layer, as hypothesis picks it, has in torch the very figures that its rule says, forward and backward."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from archcalc.errors import SpecError
from archcalc.layers.base import KINDS
from layers.drawn import DRAWN, WINDOWS, Drawn
from layers.networks import LAYER, graph_of

pytest.importorskip("torch")


@pytest.fixture(autouse=True)
def _only_what_is_new() -> Iterator[None]:
    """Counting collects garbage each time; what stood there before, all of torch, need not be looked through 2,000 times."""
    gc.freeze()
    yield
    gc.unfreeze()


def test_layers_of_every_kind_are_drawn() -> None:
    assert DRAWN.keys() == KINDS.keys()


def compared(kind: str, drawn: Drawn, learned: bool, batch: int, dtype: str) -> Any:
    """What archcalc's own verification says of one layer; no example where the layer's rule refuses the input."""
    from archcalc.torch_backend import How, verify_graph

    fields, inputs = drawn
    try:
        graph = graph_of(kind, *inputs, learned=learned, **fields)
    except SpecError:
        assume(False)
    return verify_graph(kind, "", graph, How("meta", batch, dtype, train=True))


def refused_by_torch(kind: str, drawn: Drawn, batch: int) -> bool:
    """torch's group_norm refuses a batch of one sample in which every group has one value, in eval mode as well."""
    fields, (x, *_) = drawn
    return kind == "groupnorm" and bool(batch * x.size == fields["groups"])


@pytest.mark.parametrize("kind", sorted(DRAWN))
def test_no_figure_differs(kind: str) -> None:
    learning = st.booleans() if kind != "embedding" else st.just(False)  # it takes whole numbers, which nothing learned gives

    @settings(max_examples=200 if kind in WINDOWS else 50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(DRAWN[kind], learning, st.integers(1, 3), st.sampled_from(("fp32", "fp16", "bf16")))
    def holds(drawn: Drawn, learned: bool, batch: int, dtype: str) -> None:
        assume(not refused_by_torch(kind, drawn, batch))
        result = compared(kind, drawn, learned, batch, dtype)
        assert result.problems == []
        (layer,) = (check for check in result.layers if check.name == LAYER)
        assert layer.pairs.keys() == {"output", "params", "buffers", "macs", "activation_bytes", "backward_macs"}

    holds()
