"""Every task of every room; a worker imports this folder, so a new file is found by itself."""

import importlib
import pkgutil

for _found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_found.name}")
