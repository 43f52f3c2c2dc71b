"""A CASE package as a framework file.

Our own packages come back exactly. Of others, the highest items are taken for domains, the next
for competencies, everything below for indicators; notes say what could not be kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assessments.content.case.tree import Node, Tree, build_tree
from assessments.content.case.writing import DOMAIN, HARM
from assessments.content.documents import ContentError, Document, Path, Place, problem_at
from assessments.content.parsing import Parsed
from assessments.content.validation import complaints

LONGEST_CODE, LONGEST_TITLE = 20, 200
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_WHOLE = re.compile(r"([1-9][0-9]{0,8})(?:\.0+)?")
_LINE = re.compile(r"(?=.*\S)[^\n\t]+")


def looks_like_case(data: Any) -> bool:
    return isinstance(data, dict) and ("CFDocument" in data or "CFPackage" in data)


def framework_document(name: str, parsed: Parsed) -> Document:
    """Raises ContentError with everything that keeps the package from being read."""
    inside: Path = () if "CFDocument" in parsed.data else ("CFPackage",)
    package = parsed.data if not inside else parsed.data["CFPackage"]
    problems = list(complaints("parts/case.json", package)) or list(_repeated(package))
    if not problems:
        reading = _Reading(package, build_tree(package), parsed.places, inside)
        if not reading.tree.lost:
            return Document(name, reading.framework(), reading.found, reading.notes)
        problems = [
            (("CFItems", node.place), "This item is its own ancestor.")
            for node in reading.tree.lost
        ]
    raise ContentError(
        [problem_at(name, parsed.places, (*inside, *path), words) for path, words in problems]
    )


def _repeated(package: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    seen: set[str] = set()
    for place, item in enumerate(package["CFItems"]):
        if item["identifier"] in seen:
            yield ("CFItems", place, "identifier"), "An earlier item has this identifier."
        seen.add(item["identifier"])


class _Reading:
    """`found` tells where in the package each part of the framework was found."""

    def __init__(
        self,
        package: Mapping[str, Any],
        tree: Tree,
        places: Mapping[Path, Place],
        inside: Path,
    ) -> None:
        self.package, self.tree, self.places, self.inside = package, tree, places, inside
        self.notes = list(tree.notes)
        self.found: dict[Path, Place] = {}
        if package.get("CFRubrics"):
            self.notes.append("Rubrics are not taken from a package: import them as YAML.")

    def framework(self) -> dict[str, Any]:
        document: Mapping[str, Any] = self.package["CFDocument"]
        code = (document.get("extensions") or {}).get("credenceCode")
        title = self.line(document["title"], ("title",), ("CFDocument", "title"))
        stated = document.get("version") or ""
        number = _WHOLE.fullmatch(stated)
        if not number:
            self.notes.append(f"Its version “{stated}” is no whole number; here it is version 1.")
        self.found |= {(): self.at("CFDocument"), ("statement",): self.at("CFDocument")}
        return {
            "kind": "framework",
            "code": code if isinstance(code, str) else _code_from(title),
            "title": title,
            "version": int(number[1]) if number else 1,
            "statement": document.get("description") or document["title"],
            "domains": self.domains(title),
        }

    def domains(self, title: str) -> list[dict[str, Any]]:
        tops = self.tree.top
        leveled = any(node.below or node.text("CFItemType") == DOMAIN for node in tops)
        if tops and not leveled:
            self.notes.append("Its items have no levels; here they are competencies of one domain.")
            tops = [Node(0, {"fullStatement": title}, tops)]
        names = self.codes("domains", [tops])
        grouped = self.codes("competencies", [node.below for node in tops], across=True)
        return [
            {
                "code": names[0][place],
                "title": self.title(node, ("domains", place, "title")),
                "competencies": [
                    self.competency(competency, code, ("domains", place, "competencies", number))
                    for number, (competency, code) in enumerate(
                        zip(node.below, grouped[place], strict=True)
                    )
                ],
            }
            for place, node in enumerate(tops)
        ]

    def competency(self, node: Node, code: str, path: Path) -> dict[str, Any]:
        below = list(node.descendants())
        if node.height() > 2:
            self.notes.append(f"What stands deeper below {code} is taken as its indicators.")
        (codes,) = self.codes(f"indicators of {code}", [below], prefix=f"{code}.")
        rows: dict[str, list[dict[str, str]]] = {"indicators": [], "harm_indicators": []}
        for indicator, name in zip(below, codes, strict=True):
            field = "harm_indicators" if indicator.text("CFItemType") == HARM else "indicators"
            at = (*path, field, len(rows[field]))
            self.found[at] = self.at("CFItems", indicator.place)
            rows[field].append({"code": name, "text": indicator.text("fullStatement")})
        self.found[path] = self.at("CFItems", node.place)
        title = self.title(node, (*path, "title"))
        return {"code": code, "title": title, "statement": node.text("fullStatement"), **rows}

    def codes(
        self, what: str, groups: Sequence[Sequence[Node]], *, across: bool = False, prefix: str = ""
    ) -> list[list[str]]:
        """The items' own codes where all are fit for it, else numbers."""
        given = [[node.text("humanCodingScheme") for node in group] for group in groups]
        flat = [code for group in given for code in group]
        fit = all(len(code) <= LONGEST_CODE and _CODE.fullmatch(code) for code in flat)
        if fit and all(len(set(group)) == len(group) for group in given):
            return given
        self.notes.append(f"The codes of the {what} cannot be kept; they are numbered.")
        return [
            [f"{place}.{n}" if across else f"{prefix}{n}" for n in range(1, len(group) + 1)]
            for place, group in enumerate(groups, start=1)
        ]

    def title(self, node: Node, path: Path) -> str:
        source = "abbreviatedStatement" if node.text("abbreviatedStatement") else "fullStatement"
        return self.line(node.text(source), path, ("CFItems", node.place, source))

    def line(self, text: str, path: Path, source: Path) -> str:
        """The text as a title: one line, not too long."""
        self.found[path] = self.at(*source)
        if _LINE.fullmatch(text) and len(text) <= LONGEST_TITLE:
            return text
        self.notes.append(f"A title is shortened: “{text[:40]}…”.")
        line = " ".join(text.split())
        return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"

    def at(self, *path: str | int) -> Place:
        whole = (*self.inside, *path)
        return next(
            (self.places[whole[:end]] for end in range(len(whole), 0, -1)
             if whole[:end] in self.places), (1, 1)
        )  # fmt: skip


def _code_from(title: str) -> str:
    """
    >>> _code_from("Core competencies, 2nd edition")
    'CORE-COMPETENCIES-2ND-EDITION'
    """
    words = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").upper()
    return words[:60].rstrip("-") or "FRAMEWORK"
