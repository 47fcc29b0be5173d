"""Widgets: gradients that can be taken hold of, in JupyterLab.

A widget is imported when it is first used, since what draws it takes a while to import and the grader never
draws: `widgets.GraphFlow(...)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainrule.widgets.graph_flow import GraphFlow

__all__ = ["GraphFlow"]

_MODULES = {"GraphFlow": "graph_flow"}


def __getattr__(name: str) -> Any:
    """The widget of a name."""
    if name not in _MODULES:
        raise AttributeError(f"chainrule.widgets has no widget {name!r}")
    return getattr(import_module(f"chainrule.widgets.{_MODULES[name]}"), name)
