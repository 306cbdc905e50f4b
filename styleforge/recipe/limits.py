"""How much a recipe may hold: it may come from a stranger, and is read before anybody looks at it.

Far more than any recipe needs, and so little that no recipe can fill the memory or take for ever
before its first step. They are checked where a recipe is read (`styleforge.Recipe.from_json`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

CHARACTERS = 1_000_000  # of a recipe's JSON
STAGES = 64
TERMS = 256  # of a stage, and as many rules
PARTS = 16  # edits of other domains in `Recipe.also`
ENTRIES = 256  # of conditions, strengths, masks and lists of names
NAME = 200  # characters of a name
PATH = 4096  # characters of a path: what Linux opens
TEXT = 2000  # characters of what else is said in words: a mask expression has as many at most
VALUES = 1000  # numbers, words and names in the arguments of a term or a rule
DEPTH = 8  # of lists and tables in one another there


def small(args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments of a term or a rule as they are, if they are few, short, flat and finite.

    Raises:
        ValueError: saying which of it they are not.

    Example:
        >>> small({"mask": "identity.hat", "layers": ["relu1_2"]})["mask"]
        'identity.hat'
        >>> small({"target": float("nan")})
        Traceback (most recent call last):
        ValueError: nan is no finite number
    """
    count, depth = 0, 0
    level: list[Any] = [args]
    while level:
        depth += 1
        inner: list[Any] = []
        for one in level:
            values = [*one, *one.values()] if isinstance(one, Mapping) else list(one)
            count += len(values)
            if count > VALUES:
                raise ValueError(f"more than {VALUES:,} values")
            for value in values:
                if isinstance(value, Mapping | list | tuple):
                    inner.append(value)
                elif isinstance(value, str) and len(value) > TEXT:
                    raise ValueError(f"a text of {len(value):,} characters; {TEXT:,} are read")
                elif isinstance(value, float) and not math.isfinite(value):
                    raise ValueError(f"{value} is no finite number")
        if depth > DEPTH:
            raise ValueError(f"more than {DEPTH} lists and tables in one another")
        level = inner
    return args


Name = Annotated[str, Field(max_length=NAME)]
Names = Annotated[tuple[Name, ...], Field(max_length=ENTRIES)]
FileName = Annotated[str, Field(max_length=PATH)]
Share = Annotated[float, Field(ge=0, le=1)]  # of a picture's width, of a run, of a way
Strengths = Annotated[
    Mapping[Name, Annotated[float, Field(ge=0, le=10)]], Field(max_length=ENTRIES)
]
Rate = Annotated[float, Field(ge=0, le=1000)]
Weight = Annotated[float, Field(ge=-1e12, le=1e12)]
Args = Annotated[Mapping[Name, Any], AfterValidator(small)]
