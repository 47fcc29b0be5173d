"""The settings with which `make lab` starts JupyterLab."""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from traitlets.config.loader import PyFileConfigLoader

JUPYTER = Path(__file__).parents[1] / "jupyter"


class Handler(KernelWebsocketHandler):
    """Notes what a connection asks of its websocket."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def set_nodelay(self, value: bool) -> None:
        self.asked.append(value)


def test_a_kernels_messages_do_not_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = PyFileConfigLoader("jupyter_server_config.py", path=str(JUPYTER)).load_config()
    kind = settings.ServerApp.kernel_websocket_connection_class
    handler = Handler()
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda _: handler.asked.append("connected"))
    connection = kind.__new__(kind)
    connection.websocket_handler = handler
    connection.connect()
    assert handler.asked == [True, "connected"]
