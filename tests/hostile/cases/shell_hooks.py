"""Hooks of IPython: input transformers, events, formatters, the shell's own methods replaced."""

from __future__ import annotations

from tests.hostile.corpus import gains_nothing, spoils_only

TRANSFORMER = """
ip = get_ipython()
def rewrite(lines):
    return ["import chainrule\\n", "chainrule.checks.check = check = print\\n", *(x.replace("-1.0", "7.0") for x in lines)]
ip.input_transformers_cleanup.append(rewrite)
ip.input_transformers_post.append(rewrite)
"""
AST_TRANSFORMER = """
import ast
class Rewrite(ast.NodeTransformer):
    def visit_Call(self, node): return ast.Constant(7.0)
    def visit_Assert(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Rewrite())
"""
FORMATTERS = """
ip = get_ipython()
def show(thing, *_):
    return "<script>alert(1)</script>"
for kind in ip.display_formatter.formatters.values():
    kind.for_type(object, show)
    kind.enabled = True
class Shown:
    def _repr_mimebundle_(self, **_):
        return {"text/html": "<script>alert(2)</script>", "application/javascript": "alert(3)",
                "image/svg+xml": "<svg onload=alert(4)>", "text/plain": 7, "image/png": "<script>alert(5)</script>"}
    def _ipython_display_(self): raise SystemExit
display(Shown())
Shown()
"""
TRANSCRIPT = """
shell = server()._shell
shell.transcript.limit = 10**12
shell.transcript._left = 10**12
shell.transcript.outputs[:] = [
    {"output_type": "display_data", "data": {"text/html": "<script>alert(1)</script>", "image/png": "\\"><script>"}},
    {"output_type": "stream", "name": ["no"], "text": {"a": 1}},
    {"output_type": "error", "ename": 1, "evalue": None, "traceback": [[["<script>"]]] * 10000},
    {"output_type": "update_display_data", "data": {}},
    {"output_type": ["execute_result"]}, 7, None, "text",
    *({"output_type": "stream", "name": "stdout", "text": str(i)} for i in range(5000)),
]
shell.transcript.start = lambda: None
"""
NAMESPACE = """
ip = get_ipython()
class Names(dict):
    def __contains__(self, name): return True
    def __getitem__(self, name): return dict.get(self, name, lambda *_, **__: 7.0)
    def update(self, *_): pass
    def copy(self): return self
ip.user_ns = Names(ip.user_ns)
"""
CASES = [
    gains_nothing("input-transformers", TRANSFORMER, representative=True),
    gains_nothing("ast-transformers", AST_TRANSFORMER),
    gains_nothing(
        "events",
        "ip = get_ipython()\nfor event in ('pre_execute', 'pre_run_cell', 'post_execute', 'post_run_cell'):\n"
        "    ip.events.register(event, lambda *_: ip.user_ns.update(check=print, f=lambda x: 7.0))",
    ),
    gains_nothing("formatters", FORMATTERS),
    gains_nothing("run-cell-replaced", "ip = get_ipython()\nip.run_cell = lambda *_, **__: None\n"
                  "type(ip).run_cell = type(ip).run_code = lambda *_, **__: None"),
    gains_nothing("run-replaced", "type(server()._shell).run = lambda *_, **__: ([], None)"),
    gains_nothing("result-replaced", "type(server()._shell).run = lambda *_, **__: ({'a': 1}, {'b': [2]})"),
    gains_nothing("names-replaced", "type(server()._shell).names = {'f': lambda x: 7.0, 'guess': 0.5}"),
    gains_nothing("namespace-that-knows-everything", NAMESPACE),
    gains_nothing("transcript-rewritten", TRANSCRIPT),
    gains_nothing("display-hooks", "import sys\nsys.displayhook = get_ipython().displayhook = lambda *_: 1 / 0\n"
                  "get_ipython().display_pub.publish = lambda *_, **__: 1 / 0\n7"),
    gains_nothing("exception-hooks", "ip = get_ipython()\ndef handle(*_, **__): raise SystemExit\n"
                  "ip.set_custom_exc((BaseException,), handle)\nip._showtraceback = ip.showtraceback = handle\n"
                  "import sys, threading\nsys.excepthook = sys.unraisablehook = threading.excepthook = handle\n1 / 0"),
    gains_nothing("streams-replaced", "import sys\nsys.stdout.close()\nsys.stdout = sys.stderr = sys.stdin = None\n"
                  "sys.__stdout__ = sys.__stderr__ = 7", "print('lost')"),
    gains_nothing("at-exit", "import atexit\natexit.register(lambda: open(world.letterbox + '/exit', 'w'))\n"
                  "import weakref\nclass Gone: pass\ngone = Gone()\nweakref.finalize(gone, breach, 'finalized')\n"
                  "import threading\nthreading._register_atexit(lambda: None)", after=("import os\nos._exit(0)",)),
    gains_nothing("magics-replaced", "ip = get_ipython()\nip.system = ip.getoutput = lambda *_: breach('system')\n"
                  "ip.register_magic_function(lambda *_: None, 'line_cell', 'matplotlib')",
                  "import os\nattempt(os.popen, 'echo')"),
    gains_nothing("shell-reset", "get_ipython().reset()", "get_ipython().restore_sys_module_state()",
                  "from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell.clear_instance()"),
    gains_nothing("another-main", "import sys, types\nsys.modules['__main__'] = types.ModuleType('__main__')\n"
                  "sys.modules['__main__'].__dict__.update(f=lambda x: 7.0)"),
    spoils_only("compiler-replaced", ["mean"], answers={
        "mean": "ip = get_ipython()\nold = ip.compile.ast_parse\nip.compile.ast_parse = lambda *_, **__: old('pass')\n"
        "def mean(xs): return 'no'\nip.compile.ast_parse = old"}),
    gains_nothing("closing-time", "get_ipython().ask_exit()\nget_ipython().exit_now = True\nget_ipython().atexit_operations()"),
]  # fmt: skip
