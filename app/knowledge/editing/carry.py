"""Keeping hand work over a new version: only where every passage it was made from is parsed the same again."""

from collections.abc import Sequence
from dataclasses import replace

from app.knowledge.domain import NewChunk
from app.knowledge.editing.domain import KeptWork, Passage, origin_of


def carry(parsed: Sequence[NewChunk], before: Sequence[Passage], edits: int) -> KeptWork:
    """The new version's chunks, with groups of hand-made ones in the place of the passages they came from.

    before: all chunks of the present version in order. A chunk added by hand belongs to the one it stands behind.
    """
    fresh = [origin_of(chunk.kind, chunk.heading_path, chunk.text) for chunk in parsed]
    kept: list[Passage] = []
    dropped: list[Passage] = []
    first: list[NewChunk] = []
    instead: dict[int, list[Passage]] = {}
    taken: set[int] = set()
    seen: dict[str, int] = {}
    for group in _groups(before):
        roots = _roots(group)
        start = _find(fresh, roots, seen)
        for root in roots:
            seen[root] = seen.get(root, 0) + 1
        work = [passage for passage in group if passage.touched]
        covered = set() if start is None else set(range(start, start + len(roots)))
        if work and not roots:
            first += [passage.as_new() for passage in group]
            kept += work
        elif work and start is not None and not covered & taken:
            instead[start] = group
            taken |= covered
            kept += work
        else:
            dropped += work
    chunks = list(first)
    for at, chunk in enumerate(parsed):
        if at in instead:
            chunks += _by_hand(instead[at], parsed[at:])
        elif at not in taken:
            chunks.append(chunk)
    placed = tuple(replace(chunk, position=position) for position, chunk in enumerate(chunks))
    return KeptWork(placed, tuple(kept), tuple(dropped), edits)


def _by_hand(group: Sequence[Passage], parsed: Sequence[NewChunk]) -> list[NewChunk]:
    """The chunks of a group, each where the first passage it was made from is found now."""
    roots, place, found = _roots(group), 0, []
    for one in group:
        place = roots.index(one.roots[0]) if one.roots else place
        found.append(
            replace(parsed[place], heading_path=one.heading_path, text=one.text, kind=one.kind, chunk_id=one.id)
        )
    return found


def _groups(before: Sequence[Passage]) -> list[list[Passage]]:
    """Neighbours that share a parsed passage, and added ones with the chunk before them."""
    groups: list[list[Passage]] = []
    for passage in before:
        if groups and _belongs(passage, groups[-1]):
            groups[-1].append(passage)
        else:
            groups.append([passage])
    return groups


def _belongs(passage: Passage, group: Sequence[Passage]) -> bool:
    if passage.origins is None:
        return False
    if not passage.origins:
        return True
    rooted = [one for one in group if one.roots]
    shared = bool(rooted) and bool(set(passage.origins) & set(_roots(group)))
    return shared and rooted[-1].origins is not None


def _roots(group: Sequence[Passage]) -> list[str]:
    """The parsed passages of a group in order, each as often as one of its chunks names it."""
    found: list[str] = []
    for passage in group:
        found += [root for root in passage.roots if root not in found]
    return found


def _find(fresh: Sequence[str], roots: Sequence[str], seen: dict[str, int]) -> int | None:
    """Where these passages stand one after the other now; of several places the one in the same order as before."""
    if not roots:
        return None
    places = [at for at in range(len(fresh)) if list(fresh[at : at + len(roots)]) == list(roots)]
    if not places:
        return None
    return places[min(seen.get(roots[0], 0), len(places) - 1)]
