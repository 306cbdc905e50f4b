"""Composition of people by groups of factors: the exact answer of a transfer."""

from __future__ import annotations

from dataclasses import replace

from .person import FACTORS, Person


def with_groups(person: Person, donor: Person, *groups: str) -> Person:
    """`person` with every factor of the named groups taken from `donor`."""
    return replace(person, **{f.name: getattr(donor, f.name) for f in FACTORS if f.group in groups})


def truth(
    identity: Person,
    shape: Person | None = None,
    appearance: Person | None = None,
    finer_style: Person | None = None,
    domain: str = "hair",
) -> Person:
    """The person that an ideal transfer yields.

    Shape, appearance and finer style of `domain` (`hair` or `clothing`) come from the given
    people, everything else, pose included, from `identity`; what is not given stays as it is.
    Hair shape is relative to the skull, so that it follows the identity's head and pose.
    """
    donors = {"shape": shape, "appearance": appearance, "finer_style": finer_style}
    for name, donor in donors.items():
        if donor is not None:
            identity = with_groups(identity, donor, f"{domain}_{name}")
    return identity
