"""Trains the line recogniser and exports it: python -m rehearsal.training.train --help."""

from __future__ import annotations

import argparse
import math
import multiprocessing as mp
import time
from collections.abc import Iterator, Sequence
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from rehearsal.training.lines import HEIGHT_PX, Sample, any_sample
from rehearsal.training.network import STRIDE, LineNetwork, export

BATCH: Final = 32
MOST_KEPT: Final = 60_000
"""Lines that are kept and learnt from again while new ones are drawn."""

FEWEST: Final = 2_500
CHUNK: Final = 100
WARM_STEPS: Final = 200
AVERAGED: Final = 0.99
"""How much of the averaged weights stays at each step."""

REPORT_S: Final = 180
VALIDATION_LINES: Final = 300


def draw_lines(queue: Queue[list[Sample]], strokes: Path, seed: int) -> None:
    """Draws lines for ever, in a process of its own."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    while True:
        queue.put([any_sample("train", strokes, rng) for _ in range(CHUNK)])


def again(sample: Sample, rng: np.random.Generator) -> Sample:
    """The same line leaning, lying and inked a little differently, so that it can be learnt from again."""
    lean, higher = float(rng.normal(0, 0.07)), float(rng.normal(1, 0.04))
    aside, down = float(rng.uniform(0, 6)), float(rng.normal(0, 0.6))
    middle = HEIGHT_PX / 2
    moved = np.array(
        [[1, lean, aside - lean * middle], [0, higher, middle * (1 - higher) + down]], np.float32
    )
    size = sample.image.shape[1] + 8, HEIGHT_PX
    image = cv2.warpAffine(sample.image, moved, size, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    return Sample(np.asarray(image, np.uint8), sample.columns)


def batch_of(samples: Sequence[Sample]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Lines (n, 1, 32, w) with ink 1; their frames; their columns in one row; how many columns each has."""
    width = max(sample.image.shape[1] for sample in samples)
    lines = np.zeros((len(samples), 1, HEIGHT_PX, width), np.float32)
    for number, sample in enumerate(samples):
        ink = (255 - sample.image).astype(np.float32) / 255
        lines[number, 0, :, : ink.shape[1]] = ink
    frames = [math.ceil(sample.image.shape[1] / STRIDE) for sample in samples]
    columns = [column for sample in samples for column in sample.columns]
    lengths = [len(sample.columns) for sample in samples]
    return torch.from_numpy(lines), torch.tensor(frames), torch.tensor(columns), torch.tensor(lengths)


def batches(queue: Queue[list[Sample]], rng: np.random.Generator) -> Iterator[list[Sample]]:
    """Batches of lines of like width, for ever."""
    kept: list[Sample] = []
    drawn = 0
    while True:
        while len(kept) < FEWEST or not queue.empty():
            for sample in queue.get():
                if len(kept) < MOST_KEPT:
                    kept.append(sample)
                else:
                    kept[drawn % MOST_KEPT] = sample
                drawn += 1
        chosen = sorted(
            (kept[i] for i in rng.integers(len(kept), size=8 * BATCH)), key=lambda s: s.image.shape[1]
        )
        for number in rng.permutation(8):
            yield chosen[number * BATCH : (number + 1) * BATCH]


def right(network: LineNetwork, samples: Sequence[Sample]) -> float:
    """Share of lines whose most likely path is the whole truth."""
    network.eval()
    found = 0
    with torch.no_grad():
        for sample in samples:
            lines, *_ = batch_of([sample])
            path = network(lines)[0].argmax(dim=1).tolist()
            said = [c for n, c in enumerate(path) if c and (n == 0 or c != path[n - 1])]
            found += tuple(said) == sample.columns
    return found / len(samples)


def train(minutes: float, rate: float, strokes: Path, out: Path, start: Path | None, drawers: int) -> None:
    """Learns for that many minutes, exporting every few."""
    queue: Queue[list[Sample]] = mp.get_context("spawn").Queue(maxsize=20)
    workers = [
        mp.get_context("spawn").Process(
            target=draw_lines, args=(queue, strokes, 1000 + n + int(time.time())), daemon=True
        )
        for n in range(drawers)
    ]
    for worker in workers:
        worker.start()
    rng = np.random.default_rng(7)
    held_out = [any_sample("validation", strokes, rng) for _ in range(VALIDATION_LINES)]
    network, averaged = (LineNetwork().to(memory_format=torch.channels_last) for _ in range(2))
    if start:
        network.load_state_dict(torch.load(start))
    averaged.load_state_dict(network.state_dict())
    print(f"{sum(p.numel() for p in network.parameters()):,} parameters", flush=True)
    learn(network, averaged, batches(queue, rng), held_out, minutes, rate, out)
    for worker in workers:
        worker.terminate()


def learn(
    network: LineNetwork,
    averaged: LineNetwork,
    lines: Iterator[list[Sample]],
    held_out: Sequence[Sample],
    minutes: float,
    rate: float,
    out: Path,
) -> None:
    """Steps until the time is over; ``averaged`` follows the network and is what is shown and exported."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-3, fused=True)
    rng = np.random.default_rng(3)
    samples = next(lines)
    begun = shown = time.monotonic()
    recent: list[float] = []
    step = 0
    while (gone := (time.monotonic() - begun) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate * _share_of_rate(gone, step)
        recent.append(_step(network, optimiser, [again(sample, rng) for sample in samples]))
        step += 1
        _average(averaged, network, min(AVERAGED, 1 - 1 / (step + 1)))
        if time.monotonic() - shown > REPORT_S:
            shown = time.monotonic()
            say = f"{(shown - begun) / 60:5.1f} min  step {step}  loss {np.mean(recent):.3f}"
            print(f"{say}  held out {right(averaged, held_out):.3f}", flush=True)
            recent = []
            _keep(averaged, out)
        samples = next(lines)
    print(f"end: held out {right(averaged, held_out):.3f}", flush=True)
    _keep(averaged, out)


def _share_of_rate(gone: float, step: int) -> float:
    """Slowly up over the first steps, then down along a cosine. ``gone``: share of the time (0..1)."""
    return min(1, (step + 1) / WARM_STEPS) * (0.5 * (1 + math.cos(math.pi * gone)) + 0.005)


def _step(network: LineNetwork, optimiser: torch.optim.Optimizer, samples: Sequence[Sample]) -> float:
    """Learns from one batch and tells its loss, per character."""
    pictures, frames, columns, lengths = batch_of(samples)
    network.train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        said = network(pictures.to(memory_format=torch.channels_last))
    loss = nn.functional.ctc_loss(said.transpose(0, 1), columns, frames, lengths, zero_infinity=True)
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimiser.step()
    return float(loss.detach())


def _average(averaged: LineNetwork, network: LineNetwork, keep: float) -> None:
    with torch.no_grad():
        pairs = zip(averaged.state_dict().values(), network.state_dict().values(), strict=True)
        for mine, latest in pairs:
            if mine.dtype.is_floating_point:
                mine.lerp_(latest, 1 - keep)


def _keep(network: LineNetwork, out: Path) -> None:
    """The weights to go on from, and the model to read with."""
    torch.save(network.state_dict(), out.with_suffix(".pt"))
    export(network, out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--rate", type=float, default=2.5e-3, help="highest rate of learning")
    parser.add_argument("--strokes", type=Path, required=True, help="folder of stroke collections")
    parser.add_argument("--out", type=Path, default=Path("var/training/kana_digits.onnx"))
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--drawers", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    train(
        arguments.minutes,
        arguments.rate,
        arguments.strokes,
        arguments.out,
        arguments.start,
        arguments.drawers,
    )


if __name__ == "__main__":
    main()
