"""Every page of the panel and those around it, for `web.app`: whatever a file in this folder declares in its `ROUTES`."""

import importlib
import pkgutil

from frontdesk.web import panel
from frontdesk.web.route import Route

_OTHERS = sorted(f"{panel.__name__}.{found.name}" for found in pkgutil.iter_modules(panel.__path__))
ROUTES: list[Route] = [
    route
    for name in _OTHERS
    if name != __name__
    for route in getattr(importlib.import_module(name), "ROUTES", ())
]
