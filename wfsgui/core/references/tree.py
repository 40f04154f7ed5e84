"""Content of an ASDF file as plain data: the engine reads it, and the window shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wfsgui.core.references.facts import ReferenceFacts

__all__ = ["AsdfContent", "TreeNode"]


@dataclass(frozen=True)
class TreeNode:
    """One entry of a tree.

    Attributes
    ----------
    name : str
        Key or number of the entry.
    text : str
        Its value, or what it contains, in one line.
    children : tuple of TreeNode
        Its entries.
    """

    name: str
    text: str = ""
    children: tuple[TreeNode, ...] = ()

    def walk(self) -> Iterator[TreeNode]:
        """Yield this entry and all entries below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, kw_only=True)
class AsdfContent:
    """Content of an ASDF reference file.

    Attributes
    ----------
    facts : ReferenceFacts
        What the file says of itself.
    keys : frozenset of str
        Entries of the tree.
    filters : tuple of mapping
        Rows of the table of filter offsets: filter, pupil and offsets; empty in other files.
    root : TreeNode
        The whole tree.
    """

    facts: ReferenceFacts = field(default_factory=ReferenceFacts)
    keys: frozenset[str] = frozenset()
    filters: tuple[Mapping[str, object], ...] = ()
    root: TreeNode = field(default_factory=lambda: TreeNode(""))
