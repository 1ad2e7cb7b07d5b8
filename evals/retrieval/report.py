"""What a run found, as lines to read and as one object to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from evals.retrieval.metrics import Difference, Estimate, difference, mean

Measured = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Line:
    """A system's figures, and what our system has over it by each."""

    system: str
    figures: Mapping[str, Estimate]
    over_it: Mapping[str, Difference]


@dataclass(frozen=True, slots=True)
class Table:
    """Systems side by side over the same questions. ``ours`` is the one that is compared."""

    title: str
    ours: str
    lines: tuple[Line, ...]

    def text(self) -> list[str]:
        """The table as lines."""
        some = next(iter(self.lines[0].figures.values()))
        rows = [f"{self.title} ({some.n} questions)"]
        for line in self.lines:
            for place, (metric, figure) in enumerate(line.figures.items()):
                name = line.system if place == 0 else ""
                gap = f"   {self.ours} over it: {line.over_it[metric]}" \
                    if metric in line.over_it else ""
                rows.append(f"  {name:<28} {metric:<8} {figure}{gap}")
        return rows


@dataclass(frozen=True, slots=True)
class Figure:
    """One named figure, and the count behind it where it is a share of questions."""

    label: str
    estimate: Estimate
    counted: str = ""

    def text(self) -> str:
        """The figure as a line."""
        return f"  {self.label:<52} {self.counted:>9}  {self.estimate}"


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the run found: tables, figures, remarks, the seconds it took, and how
    many seconds of processor time, which other programs on the machine hardly change."""

    name: str
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    remarks: tuple[str, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    seconds: float = 0.0
    processor: float = 0.0

    def text(self) -> str:
        """The part as text."""
        lines = [f"== {self.name} ({self.seconds:.1f} s, {self.processor:.1f} s of processor time)"]
        lines += [f"  {remark}" for remark in self.remarks]
        for table in self.tables:
            lines += ["", *table.text()]
        if self.figures:
            lines += ["", *(figure.text() for figure in self.figures)]
        wrong = [row for row in self.rows if row.get("wrong")]
        if wrong:
            lines += ["", f"wrong: {len(wrong)} of {len(self.rows)}"]
            lines += [line for row in wrong for line in _told(row)]
        return "\n".join(lines) + "\n\n"

    def to_dict(self) -> dict[str, Any]:
        """The part for a JSON file, verdicts spelt out."""
        told = asdict(self)
        for table, shown in zip(told["tables"], self.tables, strict=True):
            for line, line_shown in zip(table["lines"], shown.lines, strict=True):
                for metric, gap in line_shown.over_it.items():
                    line["over_it"][metric]["verdict"] = gap.verdict
        return told


def compared(title: str, ours: str, measured: Mapping[str, Measured],
             clusters: Sequence[str] | None = None) -> Table:
    """A table of what was measured, question by question, of each system (system, then metric).

    Raises ``KeyError`` when ``ours`` is not among the systems.
    """
    own = measured[ours]
    lines = []
    for system, values in measured.items():
        over_it = {metric: difference(own[metric], theirs, clusters)
                   for metric, theirs in values.items()} if system != ours else {}
        lines.append(Line(system, {metric: mean(found, clusters)
                                   for metric, found in values.items()}, over_it))
    return Table(title, ours, tuple(lines))


def target(table: Table, metric: str, least: float) -> str:
    """Whether our system reaches what it has to, as a remark."""
    found = next(line for line in table.lines if line.system == table.ours).figures[metric]
    verdict = "reached" if found.value >= least else "not reached"
    return f"target: {metric} of {least:.2f} on {table.title}: {found.value:.3f}, {verdict}"


def _told(row: Mapping[str, Any]) -> list[str]:
    """A row that went wrong, for a person to act on."""
    lines = [f"  {row['id']} [{row['kind']}] {row['question']}",
             f"      {row['status']}: {'; '.join(row['wrong'])}"]
    return lines + [f"      cited {cited}" for cited in row.get("cited", [])]
