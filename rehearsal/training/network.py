"""The network: a small convolutional line recogniser with CTC, and its export to ONNX."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn

from rehearsal.training.lines import HEIGHT_PX
from rehearsal.training.texts import CHARACTERS

STRIDE: Final = 4
"""Pixels of width that make one frame."""

OPSET: Final = 17
PARITY: Final = 1e-3
"""Largest difference in log probability between PyTorch and ONNX Runtime that may be shipped."""


class ParityError(RuntimeError):
    """The exported model does not say what the trained one says."""


def _conv(
    into: int, out: int, kernel: tuple[int, int], stride: tuple[int, int], pad: tuple[int, int]
) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(into, out, kernel, stride, pad, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True)
    )


class _Beside(nn.Module):
    """A look at the neighbouring frames, added to what a frame holds itself."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.look = nn.Sequential(
            nn.Conv2d(width, width, (1, 5), padding=(0, 2), bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )

    def forward(self, frames: Tensor) -> Tensor:
        return frames + self.look(frames)


class LineNetwork(nn.Module):
    """Lines (n, 1, 32, w), ink 1 and paper 0, to log probabilities (n, ⌈w/4⌉, characters + 1)."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _conv(1, 24, (3, 3), (2, 2), (1, 1)),
            _conv(24, 48, (3, 3), (2, 1), (1, 1)),
            _conv(48, 96, (3, 3), (2, 2), (1, 1)),
            _conv(96, 128, (3, 3), (2, 1), (1, 1)),
            _conv(128, 176, (2, 3), (1, 1), (0, 1)),
            _Beside(176),
            _Beside(176),
            nn.Dropout(0.1),
            nn.Conv2d(176, len(CHARACTERS) + 1, 1),
        )

    def forward(self, lines: Tensor) -> Tensor:
        scores: Tensor = self.body(lines).squeeze(2).transpose(1, 2)
        return scores.float().log_softmax(dim=2)


def export(network: LineNetwork, path: Path) -> None:
    """The network as ONNX, width free, characters in the metadata. ParityError when the two disagree."""
    network.eval()
    example = torch.zeros(1, 1, HEIGHT_PX, 120)
    torch.onnx.export(
        network,
        (example,),
        str(path),
        input_names=["lines"],
        output_names=["log_probabilities"],
        dynamic_axes={"lines": {3: "width"}, "log_probabilities": {1: "frames"}},
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(str(path))
    model.metadata_props.add(key="characters", value="\n".join(CHARACTERS))
    onnx.save(model, str(path))
    _check(network, path)


def _check(network: LineNetwork, path: Path) -> None:
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for width in (17, 64, 251):
        lines = np.random.default_rng(width).random((1, 1, HEIGHT_PX, width), np.float32)
        with torch.no_grad():
            own = network(torch.from_numpy(lines)).numpy()
        apart = float(np.abs(session.run(None, {"lines": lines})[0] - own).max())
        if apart > PARITY:
            raise ParityError(
                f"at width {width} ONNX and PyTorch are {apart:.4f} apart; nothing to be shipped"
            )
