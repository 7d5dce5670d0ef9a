"""Every model of the zoo against figures that were counted or published elsewhere, to the unit, and against torchvision."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

import archcalc


class Figures(NamedTuple):
    """What a model comes to. None: nothing is stated for it."""

    params: int
    macs: int
    depth: int | None = None
    receptive_field: int | None = None  # of the last layer that does not mix all positions
    params_no_bias: int | None = None
    activations: int | None = None


# Sources: the lecture's and the papers' tables with the arithmetic carried out, and for models that torchvision has too, its
# own counts. NASNet-A's multiply-adds are the paper's 564 million; implementations that pad strided layers by hand, and cut
# the excess off again, compute 568 million.
MODELS = {
    "lenet5": Figures(61_706, 416_520, 5, params_no_bias=61_470),
    "alexnet": Figures(62_378_344, 1_135_256_096, 8, 195, 62_367_776, 1_049_571),
    "alexnet_2gpu": Figures(60_965_224, 724_406_816, 8, 195),
    "alexnet_torchvision": Figures(61_100_840, 714_188_480, 8, 195, 61_090_496),
    "zfnet": Figures(107_627_624, 2_476_704_896, 8),
    "vgg11": Figures(132_863_336, 7_609_090_048, 11, 150),
    "vgg13": Figures(133_047_848, 11_308_466_176, 13),
    "vgg16": Figures(138_357_544, 15_470_264_320, 16, 212, 138_344_128, 15_237_608),
    "vgg19": Figures(143_667_240, 19_632_062_464, 19),
    "inception_naive": Figures(1_089_952, 854_196_224, 1, 5, 1_089_536),
    "inception_reduced": Figures(346_720, 271_351_808, 2, 5, 346_112),
    "googlenet": Figures(6_998_552, 1_582_671_872, 22, params_no_bias=6_990_272),
    "googlenet_torchvision": Figures(6_624_904, 1_498_376_192, 22, 379),  # its "5x5" is a 3x3, so it sees less than 715
    "resnet18": Figures(11_689_512, 1_814_073_344, 18, 435),
    "resnet34": Figures(21_797_672, 3_663_761_408, 34, 899),
    "resnet50": Figures(25_557_032, 4_089_184_256, 50, 427),
    "resnet101": Figures(44_549_160, 7_801_405_440, 101, 971),
    "resnet152": Figures(60_192_808, 11_513_626_624, 152, 1451),
    "densenet121": Figures(7_978_856, 2_834_161_664, 121),
    "densenet169": Figures(14_149_480, 3_359_843_328, 169),
    "densenet201": Figures(20_013_928, 4_291_365_888, 201),
    "densenet264": Figures(33_337_704, 5_751_653_376, 265),  # 2*(6 + 12 + 64 + 48) + 5, whatever its name says
    "densenet161": Figures(28_681_000, 7_727_907_072, 161),
    "mobilenet_v2": Figures(3_504_872, 300_774_272, 53),
    "nasnet_a_mobile": Figures(5_289_978, 563_638_816),
    "vit_b_16": Figures(86_567_656, 17_563_828_224, 50, 16),  # 4 layers with weights in each of the 12 encoders
    "vit_b_32": Figures(88_224_232, 4_409_186_304, 50, 32),
    "vit_l_16": Figures(304_326_632, 61_554_712_576, 98, 16),
    "vit_l_32": Figures(306_535_400, 15_377_539_072, 98, 32),
    "vit_h_14": Figures(632_045_800, 167_295_109_120, 130, 14),
}

VARIATIONS: list[tuple[str, dict[str, Any], Figures]] = [
    ("googlenet", {"aux": True}, Figures(13_378_280, 1_591_044_096, 22)),
    ("googlenet", {"batchnorm": True}, Figures(7_005_832, 1_582_671_872, 22, 715)),  # 7,280 biases less, 2 * 7,280 for bn
    ("googlenet_torchvision", {"five": 5}, Figures(7_005_832, 1_582_671_872, 22)),
    ("googlenet_torchvision", {"aux": True}, Figures(13_004_888, 1_506_748_416, 22)),
    ("zfnet", {"wide": False}, Figures(62_357_608, 1_168_032_896, 8)),
    ("resnet50", {"v1": True}, Figures(25_557_032, 3_857_973_248, 50, 483)),
    ("resnet101", {"v1": True}, Figures(44_549_160, 7_570_194_432, 101, 1027)),
    ("resnet152", {"v1": True}, Figures(60_192_808, 11_282_415_616, 152, 1507)),
    ("mobilenet_v2", {"width": "1.4"}, Figures(6_108_776, 582_195_824, 53)),
    ("mobilenet_v2", {"width": "0.75"}, Figures(2_636_424, 209_069_792, 53)),
    ("mobilenet_v2", {"width": "0.5"}, Figures(1_968_680, 97_131_840, 53)),
    ("mobilenet_v2", {"width": "0.35"}, Figures(1_677_128, 59_285_808, 53)),
]

# torchvision 0.29.2, counted on the meta device in eval mode: params, buffers, multiply-accumulates.
TORCHVISION = {
    "alexnet_torchvision": (61_100_840, 0, 714_188_480),
    "densenet121": (7_978_856, 83_769, 2_834_161_664),
    "densenet161": (28_681_000, 220_097, 7_727_907_072),
    "densenet169": (14_149_480, 158_569, 3_359_843_328),
    "densenet201": (20_013_928, 229_257, 4_291_365_888),
    "googlenet_torchvision": (6_624_904, 14_617, 1_498_376_192),
    "mobilenet_v2": (3_504_872, 34_164, 300_774_272),
    "resnet18": (11_689_512, 9_620, 1_814_073_344),
    "resnet34": (21_797_672, 17_060, 3_663_761_408),
    "resnet50": (25_557_032, 53_173, 4_089_184_256),
    "resnet101": (44_549_160, 105_448, 7_801_405_440),
    "resnet152": (60_192_808, 151_579, 11_513_626_624),
    "vgg11": (132_863_336, 0, 7_609_090_048),
    "vgg13": (133_047_848, 0, 11_308_466_176),
    "vgg16": (138_357_544, 0, 15_470_264_320),
    "vgg19": (143_667_240, 0, 19_632_062_464),
    "vit_b_16": (86_567_656, 0, 17_563_828_224),
    "vit_b_32": (88_224_232, 0, 4_409_186_304),
    "vit_l_16": (304_326_632, 0, 61_554_712_576),
    "vit_l_32": (306_535_400, 0, 15_377_539_072),
    "vit_h_14": (632_045_800, 0, 167_295_109_120),
}


def check(report: archcalc.Report, figures: Figures) -> None:
    totals = {name: getattr(report.totals, name) for name in Figures._fields}
    assert totals | {"flops": report.totals.flops} == {
        name: totals[name] if figure is None else figure for name, figure in figures._asdict().items()
    } | {"flops": 2 * figures.macs}


def test_every_model_has_figures() -> None:
    assert {model.name for model in archcalc.models()} == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_model(name: str) -> None:
    check(archcalc.analyze(name), MODELS[name])


@pytest.mark.parametrize(("name", "settings", "figures"), VARIATIONS, ids=[f"{name}-{given}" for name, given, _ in VARIATIONS])
def test_model_with_other_settings(name: str, settings: dict[str, Any], figures: Figures) -> None:
    check(archcalc.analyze(name, set=settings), figures)


@pytest.mark.parametrize("name", TORCHVISION)
def test_recorded_counts_of_torchvision(name: str) -> None:
    totals = archcalc.analyze(name).totals
    assert (totals.params, totals.buffers, totals.macs) == TORCHVISION[name]


@pytest.mark.parametrize(("name", "last"), [("vgg16", "pool5"), ("resnet50", "stage4.block3.relu"), ("alexnet", "pool3")])
def test_receptive_field_stands_before_everything_is_mixed(name: str, last: str) -> None:
    report = archcalc.analyze(name)
    assert report.layer(last).receptive_field == report.totals.receptive_field == MODELS[name].receptive_field
    assert report.layers[-1].receptive_field == "all"


def test_auxiliary_classifiers_are_outputs_of_their_own() -> None:
    assert archcalc.analyze("googlenet").output_names == ["fc"]
    report = archcalc.analyze("googlenet", set={"aux": True, "classes": 37})
    assert [tuple(report.layer(name).output) for name in report.output_names] == [(37,)] * 3


# ------------------------------------------------------------------------------------------ torchvision as it is installed

# What torchvision calls a model that has another name here, and how it is built.
THEIRS: dict[str, tuple[str, dict[str, Any]]] = {
    "alexnet_torchvision": ("alexnet", {}),
    "googlenet_torchvision": ("googlenet", {"aux_logits": False, "init_weights": False}),
}


class Counted(NamedTuple):
    """A torchvision model, run once on the meta device."""

    totals: tuple[int, int, int]  # params, buffers, macs
    convs: list[tuple[tuple[int, ...], int]]  # output shape and params of each convolution, in the order in which they run


def torchvision_run(name: str, size: tuple[int, ...], training: bool = False, **options: Any) -> Counted:
    torch = pytest.importorskip("torch")
    torchvision = pytest.importorskip("torchvision")
    from torch.utils.flop_counter import FlopCounterMode

    name, usual = THEIRS.get(name, (name, {}))
    convs: list[tuple[tuple[int, ...], int]] = []

    def note(module: Any, _inputs: Any, output: Any) -> None:
        convs.append((tuple(output.shape[1:]), sum(p.numel() for p in module.parameters())))

    with torch.device("meta"):
        net = torchvision.models.get_model(name, weights=None, **usual | options).train(training)
        picture = torch.empty(1, *size)
    for module in net.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.register_forward_hook(note)
    with FlopCounterMode(display=False) as counter:
        net(picture)
    params, buffers = (sum(t.numel() for t in tensors) for tensors in (net.parameters(), net.buffers()))
    return Counted((params, buffers, counter.get_total_flops() // 2), convs)


def archcalc_run(name: str, size: tuple[int, ...], **settings: Any) -> Counted:
    report = archcalc.analyze(name, input=size, set=settings)
    convs = [(tuple(layer.output), layer.params) for layer in report.layers if layer.kind == "conv"]
    return Counted((report.totals.params, report.totals.buffers, report.totals.macs), convs)


SIZE = (3, 224, 224)


# Not all of TORCHVISION: the others are built of the same blocks.
@pytest.mark.parametrize("name", [
    *THEIRS, "vgg11", "vgg16", "vgg19", "resnet18", "resnet50", "resnet152", "densenet121", "mobilenet_v2",
    "vit_b_16", "vit_h_14",
])  # fmt: skip
def test_torchvision(name: str) -> None:
    assert archcalc_run(name, SIZE) == torchvision_run(name, SIZE)


@pytest.mark.parametrize("name", [*THEIRS, "vgg11", "resnet34", "resnet101", "densenet161", "mobilenet_v2", "vit_b_32"])
def test_torchvision_with_37_classes(name: str) -> None:
    assert archcalc_run(name, SIZE, classes=37) == torchvision_run(name, SIZE, num_classes=37)


@pytest.mark.parametrize("size", [(3, 320, 256), (3, 201, 333)], ids=["320x256", "201x333"])
@pytest.mark.parametrize("name", [*THEIRS, "resnet18", "resnet50", "densenet121", "mobilenet_v2"])
def test_torchvision_on_pictures_of_other_sizes(name: str, size: tuple[int, ...]) -> None:
    assert archcalc_run(name, size, classes=37) == torchvision_run(name, size, num_classes=37)


@pytest.mark.parametrize("size", [SIZE, (3, 320, 256)], ids=["224x224", "320x256"])
def test_torchvision_googlenet_with_auxiliary_classifiers(size: tuple[int, ...]) -> None:
    expected = torchvision_run("googlenet_torchvision", size, training=True, aux_logits=True)  # it runs them only then
    assert archcalc_run("googlenet_torchvision", size, aux=True) == expected


def test_torchvision_vit_on_larger_pictures() -> None:
    assert archcalc_run("vit_b_16", (3, 384, 384)) == torchvision_run("vit_b_16", (3, 384, 384), image_size=384)


@pytest.mark.parametrize("width", ["0.25", "0.35", "0.75", "1.1", "1.4"])
def test_torchvision_mobilenet_widths(width: str) -> None:
    expected = torchvision_run("mobilenet_v2", (3, 320, 256), width_mult=float(width), num_classes=37)
    assert archcalc_run("mobilenet_v2", (3, 320, 256), width=width, classes=37) == expected


def test_torchvision_resnet_built_of_other_parts() -> None:
    torch = pytest.importorskip("torch")
    resnet = pytest.importorskip("torchvision").models.resnet
    totals = archcalc.analyze("resnet50", set={"depths": "[1, 2, 1, 1]", "classes": 10}).totals
    with torch.device("meta"):
        net = resnet.ResNet(resnet.Bottleneck, [1, 2, 1, 1], num_classes=10)
    assert totals.params == sum(p.numel() for p in net.parameters())


def test_torchvision_densenet_built_of_other_parts() -> None:
    torch = pytest.importorskip("torch")
    torchvision = pytest.importorskip("torchvision")
    totals = archcalc.analyze("densenet121", set={"depths": "[2, 3, 4]", "growth": 12}).totals
    with torch.device("meta"):
        net = torchvision.models.DenseNet(growth_rate=12, block_config=(2, 3, 4), num_init_features=24)
    assert totals.params == sum(p.numel() for p in net.parameters())
