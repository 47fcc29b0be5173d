"""Widgets: gradients that can be taken hold of, in JupyterLab.

A widget is imported when it is first used, since what draws it takes a while to import and the grader never
draws: `widgets.GraphFlow(...)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainrule.widgets.activation_explorer import ActivationExplorer
    from chainrule.widgets.course import Course
    from chainrule.widgets.curve_reader import CurveReader
    from chainrule.widgets.descent import Descent
    from chainrule.widgets.engine_flow import EngineFlow
    from chainrule.widgets.gradient_check import GradientCheck
    from chainrule.widgets.graph_flow import GraphFlow
    from chainrule.widgets.module_flow import ModuleFlow
    from chainrule.widgets.network_flow import NetworkFlow
    from chainrule.widgets.optimiser_race import OptimiserRace
    from chainrule.widgets.progress import Progress
    from chainrule.widgets.signal_depth import SignalDepth
    from chainrule.widgets.sliding_window import SlidingWindow
    from chainrule.widgets.summary import Summary

__all__ = [
    "ActivationExplorer",
    "Course",
    "CurveReader",
    "Descent",
    "EngineFlow",
    "GradientCheck",
    "GraphFlow",
    "ModuleFlow",
    "NetworkFlow",
    "OptimiserRace",
    "Progress",
    "SignalDepth",
    "SlidingWindow",
    "Summary",
]

_MODULES = {
    "ActivationExplorer": "activation_explorer",
    "Course": "course",
    "CurveReader": "curve_reader",
    "Descent": "descent",
    "EngineFlow": "engine_flow",
    "GradientCheck": "gradient_check",
    "GraphFlow": "graph_flow",
    "ModuleFlow": "module_flow",
    "NetworkFlow": "network_flow",
    "OptimiserRace": "optimiser_race",
    "Progress": "progress",
    "SignalDepth": "signal_depth",
    "SlidingWindow": "sliding_window",
    "Summary": "summary",
}


def leave_out() -> None:
    """From here on every widget is None, whatever it is called with: for the grader."""
    for name in __all__:
        globals()[name] = lambda *_, **__: None


def left_out() -> bool:
    """Is every widget None at present?"""
    return "GraphFlow" in globals()


def bring_back() -> None:
    """Undo `leave_out`."""
    for name in __all__:
        globals().pop(name, None)


def __getattr__(name: str) -> Any:
    """The widget of a name."""
    if name not in _MODULES:
        raise AttributeError(f"chainrule.widgets has no widget {name!r}")
    return getattr(import_module(f"chainrule.widgets.{_MODULES[name]}"), name)
