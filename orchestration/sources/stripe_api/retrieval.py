"""One object by its id, whole and landed; for what lists and events leave open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from orchestration.sources.stripe_api.client import Call
from orchestration.sources.stripe_api.endpoints import ENDPOINTS, PAYOUT, Obj
from orchestration.sources.stripe_api.failures import Missing
from orchestration.sources.stripe_api.followers import Followers
from orchestration.sources.stripe_api.lines import line_of
from orchestration.sources.stripe_api.lists import land_rows
from orchestration.sources.stripe_api.nested import complete
from orchestration.sources.stripe_api.pages import check_object
from orchestration.sources.stripe_api.pull import Pull
from orchestration.sources.stripe_api.rows import row_check
from orchestration.sources.stripe_api.tenant import Tenant


class Retrieval:
    """Reads single objects of one account."""

    def __init__(self, pull: Pull, tenant: Tenant, followers: Followers) -> None:
        self._pull, self._tenant, self._followers = pull, tenant, followers

    def land(self, key: tuple[str, str]) -> Obj | None:
        """Land the object of (object, id) as it is now; None when there is none any more.

        Raises:
            StripeFailed: It cannot be read.
        """
        name, object_id = key
        pull, tenant, endpoint = self._pull, self._tenant, ENDPOINTS[name]
        path = f"{endpoint.path}/{quote(object_id, safe='')}"
        call = Call(name, path, tenant.account, endpoint.object_params, object_id)

        def check(body: Any) -> None:
            check_object(body, name)
            if body["id"] != object_id:
                raise ValueError(f"{object_id} was asked for, {body['id']} came")
            if not _is_stub(body):
                row_check(endpoint)(body)

        try:
            answer = pull.api.get(call, check)
            row: Obj = answer.body
            if _is_stub(row):
                tenant.land(name, [line_of(row)], answer.asked_at)
                pull.tally.count_rows(name, 1, 1)
                return row
            row = complete(pull.api, row, endpoint, tenant.account, pull.options.page_size)
        except Missing:
            return None
        if name == PAYOUT:
            self._followers.of_payouts([row])
        land_rows(pull, tenant, endpoint, [row], [line_of(row)], answer.asked_at)
        return row


def _is_stub(body: Mapping[str, Any]) -> bool:
    """What Stripe answers for a deleted object: its id, and that it is deleted."""
    return body.get("deleted") is True
