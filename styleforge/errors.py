"""The exceptions that speak to the user.

Every message is one or two sentences: what came, what was expected, what to do. The command
line prints them without a traceback and exits with code 2.
"""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend: a wrong file, an unknown name, an empty region."""


class Refused(UserError):
    """Raised by a plugin's ``before_run`` hook to stop a run before it starts."""


class Diverged(UserError):
    """A loss, or its gradient, became NaN or infinite."""


class PluginError(UserError):
    """A plugin broke the contract: a wrong item, a name that is taken, a newer interface."""
