"""The README's first command, as a person would start it."""

import json
import signal
import subprocess
import sys

from tests.end_to_end.programs import PATIENCE_S, ROOT, last_line, run
from tests.real import real

FIGURES = {
    "facts_written",
    "facts_on_server",
    "lost",
    "doubled",
    "scan_to_pulse_ms_p50",
    "scan_to_pulse_ms_p99",
}


def test_an_evening_with_a_cut_network_and_a_power_cut_loses_and_doubles_nothing() -> None:
    real("mosquitto")
    demo = run("-m", "simulator", "demo", "--once")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    told = demo.stdout.splitlines()
    result = json.loads(last_line(told))
    assert result.keys() == FIGURES
    assert result["lost"] == result["doubled"] == 0
    assert result["facts_written"] == result["facts_on_server"] > 30
    assert 0 < result["scan_to_pulse_ms_p50"] <= result["scan_to_pulse_ms_p99"]
    assert "          The power is cut while the door opens" in told
    assert any("已登记：借 2 件" in line for line in told)


def test_without_mosquitto_the_evening_runs_on_amqtt() -> None:
    demo = run("-m", "simulator", "demo", "--once", "--amqtt")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "          The cabinet is open (amqtt)" in demo.stdout.splitlines()


def test_without_once_it_goes_on_until_ctrl_c_and_settles_up() -> None:
    real("mosquitto")
    with subprocess.Popen(
        (sys.executable, "-m", "simulator", "demo", "--seed", "7"), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        told = []
        for line in demo.stdout:
            told.append(line)
            if "Press Ctrl-C to end" in line:
                break
        demo.send_signal(signal.SIGINT)
        rest, _ = demo.communicate(timeout=PATIENCE_S)
    assert demo.returncode == 0, "".join(told) + rest
    result = json.loads(last_line(rest.splitlines()))
    assert result["lost"] == result["doubled"] == 0
