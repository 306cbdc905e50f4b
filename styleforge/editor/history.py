"""The history of a session: a tree of edits. Undo and redo move along it; a change branches it.

Nothing is ever removed: what was undone stays a branch that can be gone to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from styleforge.editor.state import Edit, Node
from styleforge.errors import UserError


@dataclass(frozen=True)
class History:
    """Nodes by id, the current one, and the child that redo goes to by node."""

    nodes: Mapping[str, Node]
    current: str
    ahead: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, edit: Edit) -> History:
        """A history of one node."""
        root = Node(id="0", parent="", label="Start", edit=edit, kind="start")
        return cls({root.id: root}, root.id)

    @property
    def node(self) -> Node:
        """The current node."""
        return self.nodes[self.current]

    @property
    def edit(self) -> Edit:
        """The current edit."""
        return self.node.edit

    @property
    def undo_label(self) -> str:
        """What undo takes back; empty at the root."""
        return self.node.label if self.node.parent else ""

    @property
    def redo_label(self) -> str:
        """What redo does again; empty at a tip."""
        child = self.ahead.get(self.current)
        return self.nodes[child].label if child else ""

    def add(
        self,
        label: str,
        edit: Edit,
        *,
        kind: Literal["identity", "accept", "change"] = "change",
        touches: str = "",
    ) -> History:
        """The history with a change. Moving one control twice in a row is one change."""
        if edit == self.edit and kind == "change":
            return self
        node = self.node
        tip = self.current not in self.ahead
        if kind == "change" and touches and node.touches == touches and tip:
            changed = replace(node, label=label, edit=edit)
            return replace(self, nodes={**self.nodes, node.id: changed})
        made = Node(
            id=str(len(self.nodes)),
            parent=self.current,
            label=label,
            edit=edit,
            kind=kind,
            touches=touches,
        )
        return History(
            {**self.nodes, made.id: made}, made.id, {**self.ahead, self.current: made.id}
        )

    def undo(self) -> History:
        """One step back; the root stays."""
        return replace(self, current=self.node.parent) if self.node.parent else self

    def redo(self) -> History:
        """One step forward, on the branch that was left last."""
        return replace(self, current=self.ahead.get(self.current, self.current))

    def go_to(self, node_id: str) -> History:
        """Another place; redo leads from its ancestors to it.

        Raises:
            UserError: if there is no such node.
        """
        if node_id not in self.nodes:
            msg = f"The history has no step {node_id!r}; it has 0 to {len(self.nodes) - 1}."
            raise UserError(msg)
        ahead = dict(self.ahead)
        child = self.nodes[node_id]
        while child.parent:
            ahead[child.parent] = child.id
            child = self.nodes[child.parent]
        return History(self.nodes, node_id, ahead)
