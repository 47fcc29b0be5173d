"""JavaScript of the widgets, called from Python: what needs no browser runs in node."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from chainrule import widgets

PAGE = Path(widgets.__file__).parent / "page"
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node") or "node"

SCRIPT = """
import {{ text }} from "node:stream/consumers";
import * as module from {address};
const given = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(({call})(module, given)));
"""


def javascript(module: str, call: str, given: object) -> Any:
    """What a JavaScript function returns that is given a module of the widgets ("descent/model.js") and some data."""
    script = SCRIPT.format(address=json.dumps((PAGE / module).as_uri()), call=call)
    command = [NODE, "--input-type=module", "--eval", script]
    ran = subprocess.run(
        command, input=json.dumps(given), capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
