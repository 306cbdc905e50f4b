"""Loads and calls what plugins give, and says whose it is when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import MethodType
from typing import Any

import torch

from styleforge.errors import PluginError, UserError
from styleforge.pack.memory import is_shortage
from styleforge.plugins.discovery import reason_of


@contextmanager
def blamed(what: str, did: str = "failed") -> Iterator[None]:
    """While it lasts, what a plugin's code raises becomes a sentence that says whose it is.

    Errors that speak to the user pass as they are. A want of memory is nobody's fault.

    Args:
        what: was called, as the sentence begins with it.
        did: what became of it.

    Raises:
        PluginError: in place of what was raised.
        MemoryError: where that was for want of memory.

    Example:
        >>> with blamed("The loss 'glow' of plugin 'mine'"):
        ...     1 / 0
        Traceback (most recent call last):
        styleforge.errors.PluginError: The loss 'glow' of plugin 'mine' failed: ZeroDivisionError...
    """
    try:
        yield
    except (UserError, torch.OutOfMemoryError, MemoryError):
        raise
    except (Exception, SystemExit) as error:  # a plugin may even exit
        if is_shortage(error):
            raise MemoryError(str(error)) from error
        msg = f"{what} {did}: {reason_of(error)}."
        raise PluginError(msg) from error


def load(factory: Callable[[], Any], what: str) -> Any:
    """What a pack's function loads.

    Args:
        factory: of the component.
        what: the component as a message names it.

    Raises:
        PluginError: if it raises or gives nothing.

    Example:
        >>> load(lambda: "a model", "The component 'generator'")
        'a model'
        >>> load(lambda: None, "The component 'generator'")
        Traceback (most recent call last):
        styleforge.errors.PluginError: The component 'generator' cannot be loaded: ...
    """
    with blamed(what, "cannot be loaded"):
        component = factory()
    if component is None:
        msg = f"{what} cannot be loaded: its function returned nothing."
        raise PluginError(msg)
    return component


class Named:
    """Stands for a component; a method of it that raises says whose it is.

    Errors that speak to the user pass as they are.

    Example:
        >>> Named({"weights": 3}, "The component 'lpips'").get("weights")
        3
    """

    def __init__(self, inner: Any, what: str) -> None:
        self.inner = inner
        self.what = what

    def __getattr__(self, name: str) -> Any:
        if name == "inner":  # a copy asks before there is one
            raise AttributeError(name)
        found = getattr(self.inner, name)
        if isinstance(found, MethodType) and found.__self__ is self.inner:
            return partial(self.attempt, found)
        return found

    def attempt(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What a function of the component gives, or a sentence that names the component.

        Raises:
            PluginError: if it raises.
        """
        with blamed(self.what):
            return function(*arguments, **named)


class Guarded(Named):
    """A component that is called itself.

    Example:
        >>> halve = Guarded(lambda number: number / 2, "The component 'halve'")
        >>> halve(4)
        2.0
        >>> halve("four")
        Traceback (most recent call last):
        styleforge.errors.PluginError: The component 'halve' failed: TypeError: ...
    """

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """What the component gives.

        Raises:
            PluginError: if it raises.
        """
        return self.attempt(self.inner, *arguments, **named)
