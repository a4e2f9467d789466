"""Loaded by ansible-playbook in its own process: writes what happens to standard output, an object of JSON a line."""

from __future__ import annotations

import json
import sys
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: runbook_results
type: stdout
short_description: results for `runbook verify --inventory`
description: Writes the hosts, and each result as it comes, as lines of JSON.
"""
_OF_INTEREST = ("rc", "stdout", "stderr", "msg")


class CallbackModule(CallbackBase):  # type: ignore[misc]  # Ansible comes with an extra, and untyped
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "runbook_results"

    def v2_playbook_on_play_start(self, play: Any) -> None:
        _tell("hosts", hosts=play.get_variable_manager().get_vars(play=play)["ansible_play_hosts_all"])

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        _tell("start", host=host.get_name(), task=task.name)

    def v2_runner_on_ok(self, result: Any) -> None:
        _result("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        _result("failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        _result("unreachable", result)


def _result(kind: str, result: Any) -> None:
    # ansible-core 2.19 made host, task and result public; before, there were only these.
    host, task, found = (getattr(result, name, None) or getattr(result, f"_{name}") for name in ("host", "task", "result"))
    _tell(kind, host=host.get_name(), task=task.name, **{key: found[key] for key in _OF_INTEREST if key in found})


def _tell(event: str, **what: Any) -> None:
    sys.stdout.write(json.dumps({"runbook": event, **what}, default=str) + "\n")
    sys.stdout.flush()
