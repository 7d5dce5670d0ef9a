"""The module that to_torch gives: nested like the spec, named like the layers, and an ordinary module in every other way."""

from __future__ import annotations

import copy
import io
import pickle
import weakref
from typing import Any

import pytest

import archcalc

torch = pytest.importorskip("torch")
nn = torch.nn

SMALL = """
name: small
input: [3, 16, 16]
params: {classes: 10, width: 8}
blocks:
  unit:
    args: [out]
    layers:
      - {conv: {out: out, kernel: 3, pad: 1, bias: false}, name: conv}
      - bn
      - relu
layers:
  - {unit: width, name: stem}
  - add:
      body: [unit: width]
      skip: []
    name: joined
  - relu
  - {for: {n: [1, 2]}, unit: width*n, name: stage}
  - concat: {a: [], b: [maxpool: {kernel: 3, stride: 1, pad: same}], c: [avgpool: {kernel: 3, stride: 1, pad: same}]}
  - avgpool: {kernel: 3, stride: 2, pad: same}
  - global_avgpool
  - {linear: classes, name: fc}
"""


def small(**settings: Any) -> Any:
    torch.manual_seed(0)
    return archcalc.to_torch(archcalc.load_text(SMALL), **settings)


def pictures(batch: int = 2, size: int = 16) -> Any:
    return torch.randn(batch, 3, size, size, generator=torch.Generator().manual_seed(1))


# ------------------------------------------------------------------------------------------ names


def test_parameters_are_called_like_the_layers() -> None:
    layers = {layer.name for layer in archcalc.analyze("resnet50").layers}
    net = archcalc.to_torch("resnet50", device="meta")
    owners = {name.rpartition(".")[0] for name in net.state_dict()}
    assert owners and owners <= layers
    assert "stage1.block1.body.conv_bn1.conv.weight" in net.state_dict()


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "nasnet_a_mobile", "vit_b_16", "densenet121"])
def test_every_layer_is_found_under_its_name(name: str) -> None:
    net = archcalc.to_torch(name, device="meta")
    for layer in archcalc.analyze(name).layers:
        if layer.kind != "input":
            assert isinstance(net.get_submodule(layer.name), nn.Module)


def test_print_reads_like_the_spec() -> None:
    lines = [line.strip() for line in str(small()).splitlines()]
    assert lines[:4] == ["Network(", "small", "(stem): unit(", "(conv): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), "
                         "padding=(1, 1), bias=False)"]  # fmt: skip
    assert "(joined): add(" in lines and "(body): body(" in lines
    assert "(fc): Linear(in_features=48, out_features=10, bias=True)" in lines
    assert "(avgpool): avgpool(3x3/2)" in lines


def test_a_layer_may_have_the_name_of_something_that_modules_have() -> None:
    layers = "".join(
        f"  - {{linear: 4, name: {name}}}\n" for name in ("half", "type", "forward", "training", "parameters", "run")
    )
    net = archcalc.to_torch(archcalc.load_text(f"input: [4]\nlayers:\n{layers}"))
    assert net(torch.ones(2, 4)).shape == (2, 4)
    assert "half.weight" in net.state_dict() and "training.weight" in net.state_dict()
    assert len(list(net.parameters())) == 12
    assert net.eval().training is False and net.train().training is True and net.layer("half").training
    net.half()  # still torch's
    assert net.layer("half").weight.dtype == torch.float16


# ------------------------------------------------------------------------------------------ what it does


def test_settings_are_those_of_analyze() -> None:
    for net in (small(classes=3, width=4), small(set={"classes": 3, "width": 4})):
        assert net(pictures()).shape == (2, 3) and net.stem.conv.out_channels == 4
    flat = archcalc.to_torch("vgg11", device="meta", input=(3, 64, 64), classes=7)
    assert flat.fc6.in_features == 512 * 2 * 2 and flat.fc8.out_features == 7
    assert next(small(dtype="bf16").parameters()).dtype == torch.bfloat16
    assert next(small(dtype=torch.float64).parameters()).dtype == torch.float64


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"input": "3xHxW"}, "undecided"),
        ({"device": "abacus"}, "bad-option"),
        ({"dtype": "fp31"}, "bad-option"),
        ({"dtype": torch.int8}, "bad-option"),
        ({"clases": 3}, "unknown-parameter"),
    ],
)
def test_mistakes(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(archcalc.SpecError) as caught:
        small(**arguments)
    assert caught.value.code == code


def test_other_sizes_and_batches_go_through() -> None:
    net = small().eval()
    assert net(pictures(5, 23)).shape == (5, 10)


def test_a_wrong_number_of_inputs_is_said() -> None:
    with pytest.raises(TypeError, match=r"small takes 1 tensor\(s\), for input, but got 2"):
        small()(pictures(), pictures())


def test_several_inputs_and_outputs() -> None:
    spec = (
        "inputs: {a: [4], b: [4]}\nlayers:\n  - {add: {l: a, r: b}, name: both}\n  - {linear: 3, name: end}\n"
        "outputs: [end, both]\n"
    )
    net = archcalc.to_torch(archcalc.load_text(spec))
    a, b = torch.randn(2, 5, 4)
    end, both = net(a, b)
    assert torch.equal(both, a + b) and torch.equal(end, net.end(a + b))
    assert net.input_names == ("a", "b") and net.output_names == ("end", "both")


def test_a_layer_can_be_replaced_and_a_block_says_that_it_cannot() -> None:
    net = small().eval()
    net.fc = nn.Linear(48, 2)
    net.stem.relu = nn.Identity()
    assert net(pictures()).shape == (2, 2)
    net.stem = nn.Identity()
    with pytest.raises(RuntimeError, match=r"no layer 'stem.conv'.*replace layers, not blocks"):
        net(pictures())
    with pytest.raises(RuntimeError, match="cannot be run by itself"):
        net.joined.body(pictures())


def test_a_replaced_layer_does_not_let_the_next_one_overwrite_what_others_need() -> None:
    spec = "input: [6]\nlayers:\n  - {linear: 6, name: a}\n  - add: {l: [{bn: , name: b}, relu, linear: 6], r: []}\n"
    net = archcalc.to_torch(archcalc.load_text(spec)).eval()
    net.l.b = nn.Identity()  # as when its scale and shift went into the layer before
    x = torch.randn(3, 6)
    a = net.a(x)
    torch.testing.assert_close(net(x), a + net.l.linear(a.relu()))
    first = archcalc.to_torch(archcalc.load_text("input: [3]\nlayers: [linear: 3, relu]\n"))
    first.linear = nn.Identity()
    x = torch.tensor([[-1.0, 2.0, -3.0]])
    assert first(x).tolist() == [[0.0, 2.0, 0.0]] and x.tolist() == [[-1.0, 2.0, -3.0]]


def test_the_input_of_the_user_is_never_overwritten() -> None:
    net = archcalc.to_torch(archcalc.load_text("input: [4]\nlayers: [relu, relu6, dropout]\n"))
    x = torch.tensor([[-1.0, 2.0, 9.0, -3.0]])
    net(x)
    assert x.tolist() == [[-1.0, 2.0, 9.0, -3.0]]


@pytest.mark.parametrize(
    "chain",
    ["sigmoid, relu", "tanh, relu6", "softmax, silu", "relu, hardswish", "silu, leaky_relu", "linear: 6, leaky_relu: -0.5"],
)
def test_what_the_way_back_needs_is_never_overwritten(chain: str) -> None:
    spec = f"input: [6]\nlayers: [linear: 6, {chain}, linear: 2]\n"
    net = archcalc.to_torch(archcalc.load_text(spec))
    net(torch.randn(3, 6)).sum().backward()  # torch raises RuntimeError if something was overwritten
    assert all(bool(torch.isfinite(p.grad).all()) for p in net.parameters())


def test_in_place_layers_compute_what_copying_ones_do() -> None:
    net, copying = small(), small()
    for module in copying.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    assert any(getattr(module, "inplace", False) for module in net.modules())
    outputs = []
    for one in (net, copying):
        out = one(pictures(4))
        out.square().sum().backward()
        outputs.append((out, *(p.grad for p in one.parameters()), *one.buffers()))
    for a, b in zip(*outputs, strict=True):
        torch.testing.assert_close(a, b)


def test_tensors_are_dropped_after_their_last_use() -> None:
    spec = "input: [8]\nlayers:\n" + "  - linear: 8\n" * 20
    net = archcalc.to_torch(archcalc.load_text(spec))
    alive: list[Any] = []
    most = 0

    def run(step: Any, arguments: list[Any]) -> Any:
        nonlocal most

        made = net.run(step, arguments)
        alive.extend(weakref.ref(tensor) for tensor in made)
        most = max(most, sum(ref() is not None for ref in alive))
        return made

    with torch.inference_mode():
        net.walk(run, torch.randn(2, 8))
    assert len(alive) == 20 and most == 2  # a layer's input and its output


# ------------------------------------------------------------------------------------------ an ordinary module


def test_it_trains() -> None:
    net = small()
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    x, labels = pictures(8), torch.arange(8)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.75 * losses[0]


def test_it_can_be_copied_pickled_saved_and_loaded() -> None:
    net = small().eval()
    expected = net(pictures())
    stored = io.BytesIO()
    torch.save(net.state_dict(), stored)
    stored.seek(0)
    torch.manual_seed(5)
    other = archcalc.to_torch(archcalc.load_text(SMALL)).eval()
    assert not torch.equal(other(pictures()), expected)
    other.load_state_dict(torch.load(stored, weights_only=True))
    for same in (other, copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert torch.equal(same(pictures()), expected)


@pytest.mark.parametrize("name", ["small", "vit_b_16"])
def test_it_is_compiled_whole_and_exported(name: str) -> None:
    torch.compiler.reset()  # else other sizes than in the test before make this one compile for all sizes
    if name == "small":
        net, x = small(), pictures()
    else:
        net = archcalc.to_torch(name, input=(3, 64, 64), classes=5, depth=1, width=24, heads=2)
        x = pictures(2, 64)
    net.eval()
    with torch.no_grad():
        expected = net(x)
        compiled = torch.compile(net, backend="aot_eager", fullgraph=True)
        torch.testing.assert_close(compiled(x), expected, rtol=1e-4, atol=1e-5)
        exported = torch.export.export(net, (x,)).module()
        torch.testing.assert_close(exported(x), expected, rtol=1e-4, atol=1e-5)


def test_it_moves_to_other_dtypes_and_devices() -> None:
    net = small().eval()
    expected = net(pictures())
    doubled = net.double()(pictures().double())
    torch.testing.assert_close(doubled.float(), expected, rtol=1e-4, atol=1e-5)
    assert net.to("meta")(torch.empty(2, 3, 16, 16, device="meta", dtype=torch.float64)).shape == (2, 10)
