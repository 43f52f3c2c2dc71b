"""The tree that the isChildOf associations of a CASE package make of its items. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Node:
    """An item, its place in CFItems, and what stands below it."""

    place: int
    item: Mapping[str, Any]
    below: list["Node"] = field(default_factory=list)

    def text(self, name: str) -> str:
        return str(self.item.get(name) or "")

    def descendants(self) -> Iterator["Node"]:
        for node in self.below:
            yield node
            yield from node.descendants()

    def height(self) -> int:
        return 1 + max((node.height() for node in self.below), default=0)


@dataclass
class Tree:
    """`top` stands directly under the document; `lost` in circles that lead nowhere."""

    top: list[Node]
    lost: list[Node]
    notes: list[str]


def build_tree(package: Mapping[str, Any]) -> Tree:
    """Items in the order of their sequence numbers, then of the file."""
    nodes = {item["identifier"]: Node(place, item) for place, item in enumerate(package["CFItems"])}
    document = Node(-1, package["CFDocument"])
    parents = _parents(package, nodes)
    notes = [f"{parents.outside} associations lead outside the package."] * bool(parents.outside)
    orphans = 0
    order = parents.sequence
    for name in sorted(nodes, key=lambda name: (order.get(name, 0), nodes[name].place)):
        node, parent = nodes[name], parents.of.get(name)
        orphans += parent is None
        (nodes[parent] if parent in nodes else document).below.append(node)
    if orphans:
        notes.append(f"{orphans} items have no parent and are taken as the highest.")
    found = {id(node) for node in document.descendants()}
    lost = [node for node in nodes.values() if id(node) not in found]
    return Tree(document.below, lost, notes)


@dataclass
class _Parents:
    of: dict[str, str] = field(default_factory=dict)
    sequence: dict[str, int] = field(default_factory=dict)
    outside: int = 0


def _parents(package: Mapping[str, Any], nodes: Mapping[str, Node]) -> _Parents:
    """The first parent that each item is given."""
    document = package["CFDocument"]["identifier"]
    parents = _Parents()
    for one in package.get("CFAssociations", []):
        if one["associationType"] != "isChildOf":
            continue
        child = one["originNodeURI"]["identifier"]
        parent = one["destinationNodeURI"]["identifier"]
        if child not in nodes or (parent not in nodes and parent != document):
            parents.outside += 1
        elif child not in parents.of:
            parents.of[child] = parent
            parents.sequence[child] = one.get("sequenceNumber") or 0
    return parents
