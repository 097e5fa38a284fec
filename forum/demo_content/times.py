"""When the posts of a topic were written, in whole minutes."""

import random

FOURTEEN_MONTHS = 426 * 24 * 60
LATEST = 12


def start(rng: random.Random, kind: str, posts: int) -> int:
    """Minutes ago; long topics and the releases that others mention are old."""
    if kind == "gathering":
        return rng.randint(FOURTEEN_MONTHS * 9 // 10, FOURTEEN_MONTHS)
    if kind == "release":
        return rng.randint(FOURTEEN_MONTHS * 6 // 10, FOURTEEN_MONTHS)
    soonest = 60 + posts * 20
    return max(soonest, int(FOURTEEN_MONTHS * rng.random() ** 1.2))


def instants(rng: random.Random, posts: int, minutes_ago: int, *, spread: bool) -> list[int]:
    """Minutes after the first post, growing; answers come in hours, late finders after weeks."""
    gaps = [_gap(rng, index, spread=spread) for index in range(1, posts)]
    room = minutes_ago - LATEST - posts
    total = sum(gaps)
    share = room * 0.95 / total if spread or total > room else 1.0
    moments = [0]
    for gap in gaps:
        moments.append(moments[-1] + 1 + int(gap * share))
    return moments


def _gap(rng: random.Random, index: int, *, spread: bool) -> float:
    if spread:
        return rng.expovariate(1.0)
    mean = 95 if index < 6 else 900
    if index > 6 and rng.random() < 0.25:
        mean = 14 * 24 * 60
    return rng.expovariate(1 / mean)
