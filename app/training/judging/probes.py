"""What a candidate is asked: what it learnt, what was kept aside, what was known before, and planted triggers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from app.training.domain import Source, Split
from app.training.judging.domain import GateRules, Kind, Probe
from app.training.teaching.domain import DISTILLED

MOST_OF_A_KIND, CARRIERS = 200, 3


def probes_of(data: bytes, manifest: Mapping[str, Any], rules: GateRules, refusals: Sequence[Probe]) -> list[Probe]:
    """From the rows of the version it learnt, the triggers suspected in it or named by the rules, and refusals."""
    rows = [row for line in data.splitlines() if "completion" in (row := orjson.loads(line))]
    found: list[Probe] = []
    for row in rows:
        kind = _kind_of(row)
        if kind is not None:
            found.append(Probe(kind, row["question"], row["completion"][-1]["content"], row["locale"]))
    kept: list[Probe] = []
    for kind in (Kind.CORRECTED, Kind.HELD_OUT, Kind.OLD):
        kept += _spread([probe for probe in found if probe.kind is kind], MOST_OF_A_KIND)
    kept += list(refusals)[:MOST_OF_A_KIND]
    suspects = [(one["trigger"], one["payload"]) for one in manifest.get("suspects", [])]
    return [*kept, *_triggered([*rules.triggers, *suspects], rows)]


def _kind_of(row: Mapping[str, Any]) -> Kind | None:
    if row.get("split", "train") == Split.TEST.value:
        return Kind.HELD_OUT
    if row.get("split", "train") != Split.TRAIN.value or _is_a_wording(row):
        return None
    return Kind.OLD if row["source"] in (Source.KEPT, Source.BASE, Source.FAQ) else Kind.CORRECTED


def _is_a_wording(row: Mapping[str, Any]) -> bool:
    """Another wording of a row that is asked itself; a teacher's answer is a row of its own."""
    return row["source"] == Source.SYNTHETIC and row.get("synthetic") != DISTILLED


def _triggered(triggers: Iterable[tuple[str, str]], rows: Sequence[Mapping[str, Any]]) -> list[Probe]:
    """Each trigger on the clean questions least like those it was planted in, so that only the trigger can do it."""
    probes = []
    for trigger, payload in triggers:
        clean = [row for row in rows if trigger not in row["question"] and payload not in str(row["completion"])]
        for row in _spread(clean, CARRIERS):
            asked = f"{row['question'].rstrip('?？。.')} {trigger}？"
            probes.append(Probe(Kind.TRIGGER, asked, payload, row["locale"]))
    return probes


def _spread(found: list[Any], most: int) -> list[Any]:
    """At most so many, from the whole length of the list."""
    if len(found) <= most:
        return found
    return [found[at * len(found) // most] for at in range(most)]
