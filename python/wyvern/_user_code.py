# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Recipes and primitives in Python files: look-up, and running them for the commands."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import operator
import os
import re
import sys
import traceback
from types import ModuleType
from typing import Any, Callable, List, Optional, Tuple

from . import _core
from ._declarations import is_primitive
from .errors import RecipeError
from .primitives import Primitives


class UserCode:
    """A recipe, as the core takes one: `name`, `primitives(tags)`, `run(session)`."""

    def __init__(self, name: str, function: Callable[[Primitives], Any],
                 module: Optional[ModuleType]) -> None:
        self.name, self._function, self._module = name, function, module
        self.library = os.path.basename(getattr(module, "__file__", None) or "Python")
        self._p: Optional[Primitives] = None

    def primitives(self, tags: Any) -> List[Any]:
        """The primitives in the recipe's file, as the core is told of them."""
        p: Primitives = _class_for(self._module, set(tags))([], _deferred=True)
        for function in _decorated(self._module):
            p._attach_function(function)
        self._p = p
        return p._own_primitives()

    def run(self, session: Any) -> None:
        assert self._p is not None
        self._p._session = session
        try:
            self._function(self._p)
        finally:
            self._p._session = None


def _decorated(module: Optional[ModuleType]) -> List[Callable[..., Any]]:
    return [value for value in vars(module).values()
            if getattr(value, "is_wyvern_primitive", False)] if module else []


def _class_for(module: Optional[ModuleType], tags: Any) -> Any:
    """The class of a file whose tagset fits best; of equals the one defined last."""
    best = Primitives
    for value in vars(module).values() if module else ():
        if not (inspect.isclass(value) and issubclass(value, Primitives)):
            continue
        wanted = set(value.tagset or ())
        if wanted <= tags and (len(wanted) > len(best.tagset or ())
                               or (len(wanted) == len(best.tagset or ())
                                   and not issubclass(best, value))):
            best = value
    return best


def is_user_code(name: str) -> bool:
    """Whether the name of a recipe stands for one in a Python file."""
    return "." in os.path.basename(name).strip(".")


def recipe_of(given: Any) -> Any:
    """What Reduce.recipename stands for: a name for the core, or a UserCode."""
    if callable(given):
        module = sys.modules.get(getattr(given, "__module__", ""))
        return _from_object(getattr(given, "__name__", "recipe"), given, module)
    if is_user_code(given):
        return load(given)
    return given


def _from_object(name: str, found: Any, module: Optional[ModuleType]) -> UserCode:
    if getattr(found, "is_wyvern_primitive", False):
        return UserCode(name, operator.methodcaller(name), module)
    return UserCode(name, found, module)


def load(name: str) -> UserCode:
    """The recipe or primitive that "FILE.py.NAME", "FOLDER/MODULE.NAME" or "PACKAGE.MODULE.NAME"
    stands for; "FILE.py" is its _default. RecipeError when it is not there."""
    module, wanted = _module_and_name(os.path.expanduser(name))
    if wanted is None:
        found = getattr(module, "_default", None)
        if not callable(found):
            raise RecipeError(f"{name}: the file has no _default; name a recipe: {name}.RECIPE")
        return _from_object(found.__name__, found, module)
    found = getattr(module, wanted, None)
    if callable(found) and not inspect.isclass(found):
        return _from_object(wanted, found, module)
    if any(inspect.isclass(value) and issubclass(value, Primitives) and hasattr(value, wanted)
           for value in vars(module).values()):
        return UserCode(wanted, operator.methodcaller(wanted), module)
    recipes = [key for key, value in vars(module).items()
               if inspect.isfunction(value) and value.__module__ == module.__name__
               and not key.startswith("_")]
    has = f"; it has {', '.join(recipes)}" if recipes else ""
    raise RecipeError(f"Recipe {wanted} Not Found\n{module.__file__} defines no {wanted}{has}")


def _module_and_name(name: str) -> Tuple[ModuleType, Optional[str]]:
    in_file = re.fullmatch(r"(.+\.py)(?:\.(\w+))?", name)
    if in_file:
        return _load_file(in_file[1], name), in_file[2]
    path, _, wanted = name.rpartition(".")
    if os.path.isfile(path + ".py"):
        return _load_file(path + ".py", name), wanted
    folder, module = os.path.split(path)
    _see(folder or os.getcwd())
    try:
        return importlib.import_module(module), wanted
    except ModuleNotFoundError as error:
        if error.name != module.split(".")[0] and error.name != module:
            raise RecipeError(f"recipe {name}: {error}") from None
        raise RecipeError(f"recipe {name}: there is neither a file {path}.py nor a module "
                          f"{module}") from None


def _see(folder: str) -> None:
    """What stands beside a recipe can be imported, after everything that is installed."""
    folder = os.path.abspath(folder)
    if folder not in sys.path:
        sys.path.append(folder)


def _load_file(path: str, name: str) -> ModuleType:
    if not os.path.isfile(path):
        raise RecipeError(f"recipe {name}: {path} is no file")
    _see(os.path.dirname(path))
    # The file itself, whatever else is called so.
    key = "wyvern_recipes_" + re.sub(r"\W", "_", os.path.abspath(path))
    spec = importlib.util.spec_from_file_location(key, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[key] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[key]
        raise RecipeError(f"recipe {name}: {place_of(error)}{type(error).__name__}: {error}"
                          ) from error
    return module


def place_of(error: BaseException) -> str:
    """"FILE, line N, in FUNCTION: " of the user's code in which an exception came up."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}, line {error.lineno}: "
    package = os.path.dirname(os.path.abspath(__file__))
    places = [entry for entry in traceback.extract_tb(error.__traceback__)
              if not os.path.abspath(entry.filename).startswith(package)
              and not entry.filename.startswith("<")]
    if not places:
        return ""
    return f"{places[-1].filename}, line {places[-1].lineno}, in {places[-1].name}: "


def main(program: str, tokens: List[str]) -> int:
    """Runs a command whose line names Python code."""
    return int(_core.run_command(program, tokens))


__all__ = ["UserCode", "is_primitive", "is_user_code", "load", "main", "place_of", "recipe_of"]
