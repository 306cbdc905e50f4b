"""Mask expressions as text: read, searched and rewritten without a picture.

What they mean is in `styleforge.prepare.masks`.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from functools import lru_cache

from styleforge.errors import UserError, printable
from styleforge.recipe.quiet import quiet

SHOWN = 100  # characters of an expression in a message
SOFT_EDGE = 1  # pixels by which a shape between two is blurred where a soft one was asked for


LONGEST = 2000  # characters of an expression
DEEPEST = 50  # of its brackets and operators in one another


@lru_cache(maxsize=1024)
def parse(expression: str) -> ast.Expression:
    """An expression as a syntax tree.

    Raises:
        UserError: if it cannot be read, or is longer or deeper than any mask needs to be.

    Example:
        >>> type(parse("identity.face & ~shape.hat").body).__name__
        'BinOp'
    """
    if len(expression) > LONGEST:
        msg = (
            f"The mask {printable(expression, SHOWN)!r} has {len(expression)} characters; "
            f"{LONGEST} at most are read."
        )
        raise UserError(msg)
    shown = repr(printable(expression, SHOWN))
    try:
        with quiet():  # Python warns about what is no mask anyway
            tree = ast.parse(expression, mode="eval")
        deep = _depth(tree) > DEEPEST
    except SyntaxError as error:
        msg = f"The mask {shown} cannot be read: {error.msg} at character {error.offset}."
        raise UserError(msg) from error
    except (ValueError, RecursionError, MemoryError) as error:  # null characters; brackets
        msg = f"The mask {shown} cannot be read: {printable(str(error), SHOWN)}."
        raise UserError(msg) from error
    if deep:
        msg = f"The mask {shown} is nested deeper than {DEEPEST}; write it with fewer brackets."
        raise UserError(msg)
    return tree


def _depth(tree: ast.AST) -> int:
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def names_in(expression: str) -> tuple[tuple[str, str], ...]:
    """The ``(role, region)`` pairs that an expression mentions, in order, each once.

    Example:
        >>> names_in("identity.face & ~dilate(shape.hat, 5)")
        (('identity', 'face'), ('shape', 'hat'))
    """
    found = (
        (node.value.id, node.attr)
        for node in ast.walk(parse(expression))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    )
    return tuple(dict.fromkeys(found))


def renamed(expression: str, roles: Mapping[str, str]) -> str:
    """An expression with roles under new names; regions keep theirs.

    Raises:
        UserError: if the expression cannot be read.

    Example:
        >>> renamed("identity.face & ~shape.hat", {"shape": "hat_shape"})
        'identity.face & ~hat_shape.hat'
    """
    return _changed(expression, set(roles), _Renaming(roles))


def between(expression: str, role: str, share: float) -> str:
    """An expression in which a role's regions are those between the identity's and its own.

    Regions become ``morph(identity.region, role.region, share)``, soft ones with a soft edge.

    Raises:
        UserError: if the expression cannot be read.

    Example:
        >>> between("shape.hat", "shape", 0.5)
        'morph(identity.hat, shape.hat, 0.5)'
    """
    return _changed(expression, {role}, _Between(role, share))


def _changed(expression: str, roles: set[str], change: ast.NodeTransformer) -> str:
    if not roles & {role for role, _ in names_in(expression)}:
        return expression
    return ast.unparse(change.visit(copy.deepcopy(parse(expression))))


class _Renaming(ast.NodeTransformer):
    def __init__(self, roles: Mapping[str, str]) -> None:
        self.roles = roles

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        match node:
            case ast.Attribute(value=ast.Name(id=role), attr=region) if role in self.roles:
                return parse(f"{self.roles[role]}.{region}").body
        return node


class _Between(ast.NodeTransformer):
    def __init__(self, role: str, share: float) -> None:
        self.role, self.share = role, share

    def visit_Call(self, node: ast.Call) -> ast.expr:
        match node:
            case ast.Call(func=ast.Name(id="soft"), args=[ast.Attribute() as inner]):
                found = self.visit(inner)
                if found is inner:
                    return node
                return parse(f"blur({ast.unparse(found)}, {SOFT_EDGE})").body
        changed: ast.expr = self.generic_visit(node)  # type: ignore[assignment]
        return changed

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        match node:
            case ast.Attribute(value=ast.Name(id=self.role), attr=region):
                own, theirs = f"identity.{region}", f"{self.role}.{region}"
                return parse(f"morph({own}, {theirs}, {self.share:g})").body
        return node
