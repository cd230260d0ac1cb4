"""How many days the right side of a flow comes after the left, as its surest groups show it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from orchestration.warehouse.matching.groups import LEFT, RIGHT
from orchestration.warehouse.matching.matcher import AUTOMATIC

# What is paid together may have waited for a weekend.
WEEKEND = 3


def usual_days(
    left: pa.Table, right: pa.Table, groups: pa.Table, default: tuple[int, int], learnt_from: int
) -> tuple[int, int]:
    """The earliest and the latest day; `default` where fewer than `learnt_from` groups are sure."""
    lags = _lags(left, right, groups)
    if len(lags) < learnt_from:
        return default
    low, high = np.quantile(lags, [0.002, 0.998])
    return min(int(np.floor(low)), 0), max(int(np.ceil(high)), 0) + WEEKEND


def _lags(left: pa.Table, right: pa.Table, groups: pa.Table) -> NDArray[np.int64]:
    sure = groups.filter(
        pc.and_(pc.equal(groups["status"], "auto"), pc.greater(groups["confidence"], AUTOMATIC))
    )
    days = [_last_days(items, sure, side) for side, items in ((LEFT, left), (RIGHT, right))]
    both = days[0].join(days[1], "group_number", join_type="inner", right_suffix="_right")
    lags: NDArray[np.int64] = (
        pc.subtract(both["day_last_right"], both["day_last"]).to_numpy().astype(np.int64)
    )
    return lags


def _last_days(items: pa.Table, groups: pa.Table, side: str) -> pa.Table:
    """Per group the day of its last item of a side."""
    members = groups.filter(pc.equal(groups["side"], side)).select(["group_number", "item_id"])
    place = pc.index_in(members["item_id"], value_set=items["id"].combine_chunks())
    day = items["date"].combine_chunks().cast(pa.int32()).take(place.combine_chunks())
    dated = members.append_column("day", day)
    return dated.group_by("group_number", use_threads=False).aggregate([("day", "last")])
