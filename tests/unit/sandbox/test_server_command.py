"""`tieout serve-sandbox`: says where it serves what, or in one sentence why it cannot."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import stripe
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.sandbox.world.plan import Plan


def serve(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["serve-sandbox", *map(str, arguments)])


@pytest.fixture
def simulated(tmp_path: Path) -> Path:
    Plan(months=1, customers=3, accounts=1).write(tmp_path / "truth")
    return tmp_path


def test_a_folder_without_a_simulation_is_wrong_usage(tmp_path):
    done = serve(tmp_path)
    assert done.exit_code == 2
    assert "holds no simulation" in done.output
    assert f"tieout simulate --out {tmp_path}" in done.output
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "company.json").write_text('{"months": 1}')
    assert serve(tmp_path).exit_code == 2


def test_a_wrong_fault_plan_is_named(simulated):
    faults = simulated / "faults.json"
    faults.write_text('{"rules": [{"kind": "fire"}]}')
    done = serve(simulated, "--faults", faults)
    assert done.exit_code == 2
    assert "unknown kind 'fire'" in done.output
    assert serve(simulated, "--faults", simulated / "absent.json").exit_code == 2


def test_a_port_in_use_is_wrong_usage(simulated):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = serve(simulated, "--port", str(taken.getsockname()[1]))
    assert done.exit_code == 2
    assert "cannot be used" in done.output


def test_it_serves_until_it_is_interrupted(simulated):
    code = "import sys; from orchestration.cli import main; main(sys.argv[1:])"
    process = subprocess.Popen([sys.executable, "-u", "-c", code, "serve-sandbox", str(simulated), "--latency", "1"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        url, key = re.findall(r"http://127\.0\.0\.1:\d+|rk_test_\w+", "".join(said[:2]))
        assert f"STRIPE_API_KEY={key} tieout extract --base-url {url}" in said[2]
        stripe.enable_telemetry = False
        client = stripe.StripeClient(key, base_addresses={"api": url})
        assert client.v1.balance_transactions.list({"limit": 5}).data
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
