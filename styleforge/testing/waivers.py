"""Laws that need not hold for a thing, each with the reason."""

from __future__ import annotations

from collections.abc import Mapping


def waived(reasons: Mapping[str, str], law: str, thing: str) -> str:
    """Why a law need not hold for a thing; empty where it must.

    Args:
        reasons: by ``LAW``, such as ``loss.is_local``, or ``LAW/THING``, such as
            ``loss.is_local/lpips``, which covers the cases ``lpips:...`` of that thing.
        law: its name.
        thing: the subject's name.
    """
    for key, reason in reasons.items():
        which, _, what = key.partition("/")
        if which == law and (not what or what == thing or thing.startswith(f"{what}:")):
            return reason
    return ""
