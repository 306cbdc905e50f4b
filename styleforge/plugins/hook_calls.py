"""Calls hooks of plugins, one implementation at a time: a failure does not touch the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pluggy

from styleforge import hookspecs
from styleforge.errors import Refused, UserError
from styleforge.plugins.discovery import PluginInfo, fix_of, reason_of
from styleforge.plugins.trace import Trace

SESSION = "this session"  # the distribution of what `Forge.use` was given


class Caller:
    """Knows the implementations of hooks, and keeps the faults of plugins.

    Args:
        strict: raise what a plugin raises instead of keeping its reason.

    Example:
        >>> Caller(strict=False).announce("after_run", forge=None, recipe=None, result=None)
        ()
    """

    def __init__(self, *, strict: bool) -> None:
        self.infos: list[PluginInfo] = []
        self._strict = strict
        self._trace = Trace.asked()
        self._manager = pluggy.PluginManager("styleforge")
        self._manager.add_hookspecs(hookspecs)

    def announce(self, hook: str, **arguments: Any) -> tuple[str, ...]:
        """Call every implementation of a hook; a failure is noted, and the others are called.

        Returns:
            A sentence for each that failed.

        Raises:
            Refused: if ``before_run`` does.
        """
        passed: tuple[type[Exception], ...] = (Refused,) if hook == "before_run" else ()
        called = (self._call(impl, hook, arguments, passed) for impl in self._ordered(hook))
        return tuple(note for _, note in called if note)

    def first_answer(self, hook: str, **arguments: Any) -> tuple[str, Any, tuple[str, ...]]:
        """The plugin and the answer of the first implementation that gives one, not None.

        Returns:
            Those two, empty and None where nobody answers; and a sentence for each that failed.

        Raises:
            UserError: what an implementation says to the user.
        """
        notes: list[str] = []
        for impl in self._ordered(hook):
            answer, note = self._call(impl, hook, arguments, (UserError,))
            if answer is not None:
                return impl.plugin_name, answer, tuple(notes)
            notes += [note] if note else []
        return "", None, tuple(notes)

    def _call(
        self,
        impl: Any,
        hook: str,
        arguments: Mapping[str, Any],
        passed: tuple[type[Exception], ...],
    ) -> tuple[Any, str]:
        """What an implementation answers, or a sentence if it fails; ``passed`` is raised."""
        try:
            given = named(impl, **arguments)
            with self._trace.call(hook, impl.plugin_name, given):
                return impl.function(**given), ""
        except passed:
            raise
        except (Exception, SystemExit) as error:
            if self._strict:
                raise
            self._trace.error(error)
            return None, self._fault(impl.plugin_name, hook, error)

    def _fault(self, plugin: str, hook: str, error: BaseException) -> str:
        """Note that a plugin's hook failed."""
        reason = f"its {hook} failed: {reason_of(error)}"
        for index, info in enumerate(self.infos):
            if info.name == plugin:
                fix = fix_of(error, plugin, info.distribution)
                fix = "" if info.distribution == SESSION else fix
                self.infos[index] = info.with_fault(reason, fix)
                return f"Plugin {plugin!r}: {reason}. The run goes on without it. {fix}".rstrip()
        return f"Plugin {plugin!r}: {reason}."

    def _ordered(self, hook: str) -> list[Any]:
        """Implementations as pluggy would call them: tryfirst to trylast, the latest first."""
        return self._implementations(hook)[::-1]

    def _implementations(self, hook: str) -> list[Any]:
        return list(getattr(self._manager.hook, hook).get_hookimpls())


def named(impl: Any, **arguments: Any) -> dict[str, Any]:
    """The arguments that an implementation takes.

    Example:
        >>> class Implementation:
        ...     argnames = ("recipe",)
        >>> named(Implementation, forge=1, recipe=2)
        {'recipe': 2}
    """
    return {name: value for name, value in arguments.items() if name in impl.argnames}
