"""Fields and names that recipes had before, so that saved ones are read.

Saved recipes carry every field. One that is no more and says nothing is left out; one that asks for
something is refused, because the result would be another than the recipe says. What has another
name now gets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from styleforge.errors import UserError

OF_RECIPES: Mapping[str, object] = {"start_rows": {}}
# Where noise maps began with a picture's detail. The weights of that time are no more either, which
# the recipe's fingerprint says.
DROPPED = ("start_noise",)
OUTLINES: Mapping[str, str] = {"sketched": "found"}
OF_STAGES: Mapping[str, object] = {"fresh_optimizer": False}
OF_SCHEDULES: Mapping[str, object] = {"noise_lr": None}
OF_RULES: Mapping[str, Mapping[str, object]] = {"project": {"only_conflicts": False}}
LOSSES: Mapping[str, str] = {"identity": "identity_similarity"}


def without_retired(raw: Any) -> Any:
    """A recipe as it was read from JSON, without the fields that there are no more.

    Raises:
        UserError: if one of them asks for something.

    Example:
        >>> without_retired({"domain": "lips", "start_rows": {}})
        {'domain': 'lips'}
    """
    for place, fields in _places(raw):
        for name in DROPPED:
            place.pop(name, None)
        for name, nothing in fields.items():
            value = place.pop(name, nothing)
            if value != nothing:
                msg = (
                    f"The recipe asks for {name} ({value!r}), which is no longer done. Run it with "
                    "styleforge 0.1.0, or take the field out."
                )
                raise UserError(msg)
    return raw


def with_present_names(raw: Any) -> Any:
    """A recipe as it was read from JSON, with losses and outlines under the names of now.

    Example:
        >>> term = {"label": "who", "loss": "identity"}
        >>> found = with_present_names({"stages": [{"objective": {"terms": [term]}}]})
        >>> found["stages"][0]["objective"]["terms"]
        [{'label': 'who', 'loss': 'identity_similarity'}]
    """
    if not isinstance(raw, dict):
        return raw
    for part in (raw, *_listed(raw, "also")):
        compose = part.get("compose")
        if isinstance(compose, dict) and isinstance(old := compose.get("outline"), str):
            compose["outline"] = OUTLINES.get(old, old)
    for stage in _listed(raw, "stages"):
        objective = stage.get("objective")
        for term in _listed(objective, "terms") if isinstance(objective, dict) else ():
            if isinstance(term.get("loss"), str) and term["loss"] in LOSSES:
                term["loss"] = LOSSES[term["loss"]]
    return raw


def _places(raw: Any) -> Iterator[tuple[dict[str, Any], Mapping[str, object]]]:
    """Recipes and their parts, with the fields that each had."""
    if not isinstance(raw, dict):
        return
    yield raw, OF_RECIPES
    for other in _listed(raw, "also"):
        yield from _places(other)
    for stage in _listed(raw, "stages"):
        yield stage, OF_STAGES
        if isinstance(stage.get("schedule"), dict):
            yield stage["schedule"], OF_SCHEDULES
        for use in _listed(stage, "rules"):
            if isinstance(use.get("args"), dict):
                yield use["args"], OF_RULES.get(str(use.get("rule")), {})


def _listed(raw: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a list; whatever else stands there is left to the validation."""
    found = raw.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
