"""The machine that a network runs on: which device, what it is, how fast it could be, how much memory it has."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

import torch

from archcalc.errors import SpecError
from archcalc.torch_backend.inputs import DTYPES

# Dense peaks in 10**12 FLOP/s as the makers state them: fp32, TF32 (which cuDNN uses for fp32 convolutions unless told),
# fp16 and bf16 on tensor cores. Without sparsity.
PEAKS: dict[str, tuple[float, float, float]] = {
    "H200": (67, 494.5, 989.5),
    "H100 PCIe": (51, 378, 756),
    "H100 NVL": (60, 417.5, 835),
    "H100": (67, 494.5, 989.5),
    "A100": (19.5, 156, 312),
    "L40S": (91.6, 183, 362),
    "L40": (90.5, 90.5, 181),
    "L4": (30.3, 60, 121),
    "A10G": (31.2, 35, 70),
    "A10": (31.2, 62.5, 125),
    "V100": (15.7, 15.7, 125),
    "T4": (8.1, 8.1, 65),
    "RTX 4090": (82.6, 82.6, 165.2),
    "RTX 3090": (35.6, 35.6, 71),
}


class Peak(NamedTuple):
    """FLOP/s that a device could reach: in convolutions, in other products, and where the figure comes from."""

    convolutions: float
    products: float
    source: str


def pick_device(wanted: str) -> str:
    """`auto` is a GPU if there is one, else the CPU. Raises SpecError("bad-option") for a GPU that is not there."""
    there = torch.cuda.is_available()
    if wanted == "auto":
        return "cuda" if there else "cpu"
    if wanted == "cuda" and not there:
        built = "torch sees no GPU here" if torch.version.cuda or torch.version.hip else "this torch was built without CUDA"
        hint = "--device cpu runs on the CPU, --device meta only counts"
        raise SpecError("bad-option", f"--device cuda: {built}", None, hint, "cuda")
    return wanted


def describe(device: str) -> dict[str, Any]:
    """What a record of measurements must say of the machine: device, driver, versions, and settings that change speed."""
    facts: dict[str, Any] = {"device": device, "torch": torch.__version__, "python": platform.python_version()}
    if device == "cuda":
        facts |= {
            "name": torch.cuda.get_device_name(),
            "capability": ".".join(map(str, torch.cuda.get_device_capability())),
            "memory_bytes": torch.cuda.get_device_properties(0).total_memory,
            "driver": _driver(),
            "cuda": torch.version.cuda,
            "cudnn": torch.backends.cudnn.version(),
            "cudnn_benchmark": torch.backends.cudnn.benchmark,
            "tf32_convolutions": torch.backends.cudnn.allow_tf32,
            "tf32_products": torch.backends.cuda.matmul.allow_tf32,
        }
    else:
        facts |= {"name": _processor(), "threads": torch.get_num_threads()}
    return facts


def _driver() -> str:
    """The version of NVIDIA's driver, which torch does not tell; empty if nvidia-smi does not either."""
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603  fixed words
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout.strip().splitlines()[0] if asked.returncode == 0 and asked.stdout.strip() else ""


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def peak(device: str, dtype: str) -> Peak | None:
    """How fast the device could be: a GPU's stated peak; for a CPU what a large matrix product reaches. None if unknown."""
    if device == "cuda":
        name = torch.cuda.get_device_name()
        known = (figures for words, figures in PEAKS.items() if re.search(rf"\b{words}\b", name))
        stated = None if "Laptop" in name else next(known, None)
        if stated is None or (dtype == "bf16" and torch.cuda.get_device_capability() < (8, 0)):
            return None
        fp32, tf32, half = (figure * 1e12 for figure in stated)
        if dtype != "fp32":
            return Peak(half, half, "stated by the maker")
        convolutions = tf32 if torch.backends.cudnn.allow_tf32 else fp32
        return Peak(convolutions, tf32 if torch.backends.cuda.matmul.allow_tf32 else fp32, "stated by the maker")
    reached = _product_speed(dtype)
    return Peak(reached, reached, "of a large matrix product here")


_SPEEDS: dict[str, float] = {}
_SIDES = (256, 1024)  # of the matrices: the larger are needed for full speed, and take too long where there is no fast kernel
_SLOW = 0.01  # seconds


def _product_speed(dtype: str) -> float:
    """FLOP/s of a matrix product on this CPU, measured once for each dtype."""
    if dtype not in _SPEEDS:
        for side in _SIDES:
            a = torch.randn(side, side).to(DTYPES[dtype])
            took = min(_product_seconds(a) for _ in range(5))
            _SPEEDS[dtype] = 2 * side**3 / took
            if took > _SLOW:
                break
    return _SPEEDS[dtype]


def _product_seconds(a: torch.Tensor) -> float:
    start = time.perf_counter()
    a @ a
    return time.perf_counter() - start


def free_memory() -> int | None:
    """Bytes of main memory that can be had, by the system and by the limit of a container around it; None if unknown."""
    found = [size for size in (_system_memory(), _container_memory()) if size is not None]
    return min(found) if found else None


def _system_memory() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None


def _container_memory() -> int | None:
    """What the control group of this process leaves, as far as it can be read. Cached files count as free: they can go."""
    for folder, limit, used in (("", "memory.max", "memory.current"),
                                ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes")):  # fmt: skip
        place = Path("/sys/fs/cgroup") / folder
        try:
            most, now = (int((place / name).read_text("ascii")) for name in (limit, used))
            lines = (line.split() for line in (place / "memory.stat").read_text("ascii").splitlines())
            cached = next((int(words[1]) for words in lines if words[:1] == ["inactive_file"]), 0)
        except (OSError, ValueError, IndexError):  # not there, or "max": no limit
            continue
        return max(0, most - now + cached)
    return None
