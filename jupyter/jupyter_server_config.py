"""Answers of the kernel reach the browser at once, so that a widget with the student's functions follows a slider.

By default a server's small messages wait for each other's acknowledgement (Nagle's algorithm), which a browser on
the same machine delays by 40 ms: a widget's answer waited that long behind "the kernel is busy".
"""

import os
from pathlib import Path

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

c = get_config()  # noqa: F821, Jupyter puts it there


class PromptConnection(ZMQChannelsWebsocketConnection):
    """A browser's connection to a kernel that sends each message as it comes."""

    def connect(self):
        """Connect, and from then on don't wait."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


c.ServerApp.kernel_websocket_connection_class = PromptConnection

# IPython runs this file in each kernel, before the first cell.
os.environ["PYTHONSTARTUP"] = str(Path(__file__).with_name("kernel_startup.py"))
