"""How far two people who judged the same work agree, beyond what chance would bring. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

Table = Sequence[Sequence[float]]  # counts: the first person's level in rows, the second's across
Z95 = 1.959964
FEW_TRAINEES = 20  # with fewer no interval is worth the name


@dataclass(frozen=True)
class PairAgreement:
    """Agreement over `pairs` of levels: shares in [0, 1]; kappa in [-1, 1], None where undefined.

    `low` and `high` are the 95% interval of kappa, None where too few trainees stand behind it.
    """

    pairs: int
    exact: float
    adjacent: float
    kappa: float | None
    low: float | None = None
    high: float | None = None


def pairs_in(table: Table) -> float:
    return sum(sum(row) for row in table)


def share_within(table: Table, steps: int) -> float:
    """The share of pairs at most so many levels apart; 0 without pairs.

    >>> share_within([[3, 1], [0, 4]], 0)
    0.875
    """
    total = pairs_in(table)
    near = sum(n for i, row in enumerate(table) for j, n in enumerate(row) if abs(i - j) <= steps)
    return near / total if total else 0.0


def weighted_kappa(table: Table, power: int = 2) -> float | None:
    """Cohen's weighted kappa: 1 - sum(w * observed) / sum(w * expected), with w = |i - j|^power.

    Power 2 is the quadratic weighting, power 1 the linear, power 0 none. None where both gave
    one and the same level throughout: then chance alone explains everything.
    Cohen, J. (1968). Psychological Bulletin 70, 213-220.

    >>> weighted_kappa([[2, 0], [0, 2]])
    1.0
    >>> weighted_kappa([[5, 0], [0, 0]]) is None
    True
    """
    total = pairs_in(table)
    if not total:
        return None
    rows = [sum(row) for row in table]
    columns = [sum(row[j] for row in table) for j in range(len(table))]
    places = [(i, j) for i in range(len(rows)) for j in range(len(columns)) if i != j]
    observed = sum(abs(i - j) ** power * table[i][j] for i, j in places)
    expected = sum(abs(i - j) ** power * rows[i] * columns[j] / total for i, j in places)
    return 1 - observed / expected if expected else None


def jackknife_error(groups: Iterable[Table]) -> float | None:
    """The standard error of the quadratic kappa when whole groups of trainees are left out.

    Levels that one person gave one trainee hang together, so that pairs are not independent and
    the large-sample formula would claim too much. `groups` are the tables of groups of trainees
    formed by chance. Delete-a-group jackknife: Kott, P. S. (2001). Journal of Official
    Statistics 17, 521-526. None where kappa is undefined, or with fewer than two groups.
    """
    tables = [table for table in groups if pairs_in(table)]
    whole = weighted_kappa(added(tables))
    if whole is None or len(tables) < 2:
        return None
    without = [weighted_kappa(added(tables[:k] + tables[k + 1 :])) for k in range(len(tables))]
    squares = sum((kappa - whole) ** 2 for kappa in without if kappa is not None)
    return sqrt((len(tables) - 1) / len(tables) * squares)


def added(tables: Sequence[Table]) -> Table:
    """The cell-by-cell sum.

    >>> added([[[1, 0], [0, 1]], [[2, 1], [0, 0]]])
    [[3, 1], [0, 1]]
    """
    size = len(tables[0]) if tables else 0
    return [[sum(table[i][j] for table in tables) for j in range(size)] for i in range(size)]


def agreement_of(groups: Mapping[int, Table], trainees: int) -> PairAgreement:
    """Everything there is to say about pairs of so many trainees, given in groups by chance."""
    table = added(list(groups.values()))
    kappa = weighted_kappa(table)
    error = jackknife_error(groups.values()) if trainees >= FEW_TRAINEES else None
    low = high = None
    if kappa is not None and error is not None:
        low, high = max(-1.0, kappa - Z95 * error), min(1.0, kappa + Z95 * error)
    return PairAgreement(
        int(pairs_in(table)), share_within(table, 0), share_within(table, 1), kappa, low, high
    )
