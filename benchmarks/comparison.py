"""One line of the report: samples of something, samples of its baseline from the same run, and what is wanted."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


class CannotMeasureError(Exception):
    """One line that says what could not be measured, and why."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Something measured against its baseline.

    The ratio is that of the two quantiles over all samples. Its spread is the middle half of the same ratio taken block
    by block, in the order of measurement: as both sides are measured in turn, a busy moment of the machine hits both.

    Args:
        what: What was measured.
        baseline: What it is measured against.
        unit: Of the samples.
        samples: One a run.
        baselines: As many, of the baseline.
        quantile: Which one is shown; 0.5 is the median.
        block: How many samples make one ratio of the spread.
        target: The ratio that is wanted at most, if one is.
    """

    what: str
    baseline: str
    unit: str
    samples: Sequence[float]
    baselines: Sequence[float]
    quantile: float = 0.5
    block: int = 1
    target: float | None = None

    @property
    def measured(self) -> float:
        """The quantile of the samples."""
        return quantile(self.samples, self.quantile)

    @property
    def measured_baseline(self) -> float:
        """The quantile of the baseline's samples."""
        return quantile(self.baselines, self.quantile)

    @property
    def ratio(self) -> float:
        """How many times as much as the baseline."""
        return self.measured / self.measured_baseline

    @property
    def spread(self) -> tuple[float, float] | None:
        """Between which ratios the middle half of the blocks is; None when there are too few to tell."""
        starts = range(0, len(self.samples) - self.block + 1, self.block)
        ratios = [
            quantile(self.samples[start : start + self.block], self.quantile)
            / quantile(self.baselines[start : start + self.block], self.quantile)
            for start in starts
        ]
        return (quantile(ratios, 0.25), quantile(ratios, 0.75)) if len(ratios) > 2 else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met, to the two decimals that are shown; None without a target."""
        return None if self.target is None else round(self.ratio, 2) <= self.target


@dataclass(frozen=True, kw_only=True)
class Amount:
    """Something that has no baseline.

    Args:
        what: What was measured.
        unit: Of the samples.
        samples: One a run.
        beside: A few words for the baseline's column.
    """

    what: str
    unit: str
    samples: Sequence[float]
    beside: str = ""

    @property
    def measured(self) -> float:
        """The median."""
        return statistics.median(self.samples)

    @property
    def spread(self) -> tuple[float, float] | None:
        """Between which amounts the middle half of the samples is; None when there are too few to tell."""
        return (quantile(self.samples, 0.25), quantile(self.samples, 0.75)) if len(self.samples) > 2 else None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one measurement found.

    Args:
        title: What was measured, and in which unit of work.
        lines: The rows of the report.
        notes: What a reader has to know about this very run.
    """

    title: str
    lines: Sequence[Comparison | Amount]
    notes: Sequence[str] = field(default_factory=tuple)


def quantile(samples: Sequence[float], share: float) -> float:
    """The value below which that share of the samples lies, interpolated.

    Args:
        samples: At least one, in any order.
        share: From 0 to 1.
    """
    ordered = sorted(samples)
    place = share * (len(ordered) - 1)
    below, above = math.floor(place), math.ceil(place)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
