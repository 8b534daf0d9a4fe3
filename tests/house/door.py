"""./run as a module, for the tests of it."""

import importlib.machinery
import importlib.util
import sys
from types import ModuleType

from tests.house.tree import ROOT


def load() -> ModuleType:
    """Return ./run as a module."""
    loader = importlib.machinery.SourceFileLoader("run", str(ROOT / "run"))
    spec = importlib.util.spec_from_loader("run", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


run = load()
