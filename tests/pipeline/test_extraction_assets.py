"""Stripe's API as Dagster sees it: assets per group of objects, a schedule, and sensors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets.extraction import OBJECT_GROUPS
from orchestration.daily_run import ensure_manifest
from orchestration.resources import StripeApiResource, WorkspaceResource
from orchestration.sandbox.server import KEY, FaultPlan, SandboxServer
from orchestration.sandbox.simulation import Company, whole_company
from orchestration.sandbox.world.plan import Plan
from orchestration.sensors import stripe_events_sensor
from orchestration.sources.receipts import read_receipts
from orchestration.sources.stripe_api.endpoints import ENDPOINTS
from orchestration.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company() -> Company:
    return whole_company(Plan(months=2, customers=12, accounts=2))


@pytest.fixture
def server(company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    monkeypatch.setenv("STRIPE_API_KEY", KEY)
    with SandboxServer(company) as server:
        yield server


def _extract(workspace: Workspace, url: str) -> dg.ExecuteInProcessResult:
    ensure_manifest()  # the definitions hold the models too
    from orchestration.definitions import build_defs

    definitions = build_defs({
        "workspace": WorkspaceResource(root=str(workspace.root)),
        "stripe_api": StripeApiResource(base_url=url),
    })
    job = definitions.resolve_job_def("stripe_extraction")
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(instance=instance, raise_on_error=False)


def test_every_list_of_stripe_belongs_to_one_group() -> None:
    grouped = [name for group in OBJECT_GROUPS.values() for name in group]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == {*ENDPOINTS, "account", "balance", "event"}


def test_the_job_lands_every_object_of_every_account(
    server: SandboxServer, company: Company, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "workspace")
    result = _extract(workspace, server.url)
    assert result.success
    landed = {(receipt.account_id, Path(receipt.name).stem.split(".")[0]) for receipt in read_receipts(workspace)}
    tenants = {tenant for tenant, _ in company.objects["charge"]}
    assert {(tenant, "charge") for tenant in tenants} <= landed
    read = {
        group: result.asset_materializations_for_node(f"stripe_api__{group}")[0].metadata["objects_read"].value
        for group in OBJECT_GROUPS
    }
    assert read["catalog"] >= len(company.objects["price"])
    assert read["balance"] >= len(company.objects["balance_transaction"])


def test_a_refused_list_fails_its_asset_with_exit_code_5(server: SandboxServer, tmp_path: Path) -> None:
    server.inject(FaultPlan.of({"rules": [{"path": "/v1/invoices", "kind": "status", "status": 400}]}))
    result = _extract(Workspace(tmp_path / "workspace"), server.url)
    failed = {event.step_key: event for event in result.all_events if event.is_step_failure}
    assert list(failed) == ["stripe_api__billing"]
    data = failed["stripe_api__billing"].step_failure_data
    assert data.user_failure_data is not None
    assert data.user_failure_data.metadata["exit_code"].value == 5


def test_the_sensor_asks_for_a_pull_once_per_news(server: SandboxServer) -> None:
    stripe = StripeApiResource(base_url=server.url)
    first = list(stripe_events_sensor(dg.build_sensor_context(resources={"stripe_api": stripe})))
    assert isinstance(first[0], dg.RunRequest)
    again = list(stripe_events_sensor(
        dg.build_sensor_context(cursor=first[0].run_key, resources={"stripe_api": stripe})))
    assert isinstance(again[0], dg.SkipReason)


def test_without_a_key_the_sensor_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIPE_API_KEY", raising=False)
    found = list(stripe_events_sensor(dg.build_sensor_context(resources={"stripe_api": StripeApiResource()})))
    assert isinstance(found[0], dg.SkipReason)
    assert "STRIPE_API_KEY" in str(found[0].skip_message)
