"""Dagster resources: where a run works. No secrets, no connections."""

from pathlib import Path

import dagster as dg

from orchestration.sources.stripe_api.key import STRIPE
from orchestration.workspace import DEFAULT_INBOX, DEFAULT_WORKSPACE, Workspace


class WorkspaceResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The workspace that a run writes and the inbox that it receives."""

    root: str = str(DEFAULT_WORKSPACE)
    inbox: str = str(DEFAULT_INBOX)

    @property
    def workspace(self) -> Workspace:
        return Workspace(Path(self.root))

    @property
    def inbox_path(self) -> Path:
        return Path(self.inbox)


class StripeApiResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where Stripe's API listens. The key is no part of it: configuration is shown in the UI."""

    base_url: str = STRIPE
