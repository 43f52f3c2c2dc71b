"""A framework, and rubrics that stand on it, as a CASE 1.1 package. Pure.

Domains, competencies and indicators are CFItems, told apart by CFItemType and joined by isChildOf.
What CASE has no field for stands in `extensions`, under names that begin with "credence".
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Content = Mapping[str, Any]

NAMESPACE = uuid5(NAMESPACE_URL, "https://www.imsglobal.org/spec/case/v1p1#credence")
DOMAIN, COMPETENCY, INDICATOR, HARM = "Domain", "Competency", "Indicator", "Harm indicator"
ITEM_TYPES = {
    DOMAIN: ("1", "A group of competencies."),
    COMPETENCY: ("1.1", "What a therapist must be able to do."),
    INDICATOR: ("1.1.1", "What a skilled therapist does."),
    HARM: ("1.1.2", "What must never happen."),
}
ADOPTION = {"draft": "Draft", "published": "Adopted", "retired": "Deprecated"}
QUALITIES = {
    "1": "Potentially harmful",
    "2": "Partial",
    "3": "Safe and complete",
    "4": "Adaptive",
}


def case_package(
    framework: Content,
    *,
    program: str,
    creator: str,
    state: str,
    changed_at: datetime,
    rubrics: Sequence[Content] = (),
) -> dict[str, Any]:
    """`program` is the code of the program, which makes the identifiers its own."""
    package = _Package(program, framework, changed_at.isoformat(timespec="seconds"))
    document = package.document(creator, state)
    package.add_domains(document)
    return {
        "CFDocument": document,
        "CFItems": package.items,
        "CFAssociations": package.associations,
        "CFDefinitions": {"CFItemTypes": list(package.item_types())},
        "CFRubrics": [package.rubric(rubric) for rubric in rubrics],
    }


class _Package:
    def __init__(self, program: str, framework: Content, changed_at: str) -> None:
        self.framework, self.changed_at = framework, changed_at
        self.root = f"{program}/{framework['code']}/{framework['version']}"
        self.items: list[dict[str, Any]] = []
        self.associations: list[dict[str, Any]] = []

    def node(self, *names: str, **fields: Any) -> dict[str, Any]:
        """Anything with an identifier; `names` make it, so that every export has the same."""
        return self.identified(f"{self.root}/{'/'.join(names)}", **fields)

    def identified(self, name: str, **fields: Any) -> dict[str, Any]:
        known = uuid5(NAMESPACE, name)
        base = {"identifier": str(known), "uri": known.urn}
        return base | fields | {"lastChangeDateTime": self.changed_at}

    def document(self, creator: str, state: str) -> dict[str, Any]:
        return self.node(
            "document",
            caseVersion="1.1",
            creator=creator,
            title=self.framework["title"],
            description=self.framework["statement"],
            version=str(self.framework["version"]),
            adoptionStatus=ADOPTION[state],
            extensions={"credenceCode": self.framework["code"]},
        )

    def add_domains(self, document: Content) -> None:
        for place, domain in enumerate(self.framework["domains"], start=1):
            row = self.item(DOMAIN, (domain["code"],), domain["title"])
            self.associate(row, document, place, DOMAIN, domain["code"])
            for number, competency in enumerate(domain["competencies"], start=1):
                names = (domain["code"], competency["code"])
                self.add_competency(row, number, names, competency)

    def add_competency(
        self, domain: Content, place: int, names: tuple[str, ...], competency: Content
    ) -> None:
        short = {"abbreviatedStatement": competency["title"]}
        row = self.item(COMPETENCY, names, competency["statement"], **short)
        self.associate(row, domain, place, COMPETENCY, *names)
        kinds = ((INDICATOR, "indicators"), (HARM, "harm_indicators"))
        below = [(kind, one) for kind, field in kinds for one in competency[field]]
        for number, (kind, indicator) in enumerate(below, start=1):
            item = self.item(kind, (*names, indicator["code"]), indicator["text"])
            self.associate(item, row, number, kind, *names, indicator["code"])

    def item(
        self, kind: str, names: tuple[str, ...], statement: str, **fields: str
    ) -> dict[str, Any]:
        """A CFItem. The kind is part of its name: codes repeat across kinds."""
        item = self.node(
            kind,
            *names,
            humanCodingScheme=names[-1],
            fullStatement=statement,
            **fields,
            CFItemType=kind,
            CFItemTypeURI=self.link(kind, self.identified(f"type/{kind}")),
        )
        self.items.append(item)
        return item

    def associate(self, child: Content, parent: Content, place: int, *names: str) -> None:
        association = self.node(
            "isChildOf",
            *names,
            associationType="isChildOf",
            sequenceNumber=place,
            originNodeURI=self.link(names[-1], child),
            destinationNodeURI=self.link(parent.get("humanCodingScheme", "document"), parent),
        )
        self.associations.append(association)

    def link(self, title: str, node: Content) -> dict[str, str]:
        return {"title": title, "identifier": node["identifier"], "uri": node["uri"]}

    def item_types(self) -> Iterator[dict[str, Any]]:
        for title, (level, description) in ITEM_TYPES.items():
            yield self.identified(
                f"type/{title}", title=title, description=description, hierarchyCode=level
            )

    def rubric(self, content: Content) -> dict[str, Any]:
        names = ("rubric", content["code"], str(content["version"]))
        rubric = self.node(*names, title=content["title"], description=content["guidance"])
        rubric["extensions"] = {
            "credenceCode": content["code"],
            "credenceVersion": content["version"],
        }
        rubric["CFRubricCriteria"] = [
            self.criterion(rubric, names, place, criterion)
            for place, criterion in enumerate(content["criteria"], start=1)
        ]
        return rubric

    def criterion(
        self, rubric: Content, names: tuple[str, ...], place: int, content: Content
    ) -> dict[str, Any]:
        judged = next(
            item
            for item in self.items
            if (item["CFItemType"], item["humanCodingScheme"])
            == (COMPETENCY, content["competency"])
        )
        criterion = self.node(
            *names,
            content["code"],
            category=content["code"],
            description=content["title"],
            CFItemURI=self.link(content["competency"], judged),
            weight=float(Decimal(content["weight"])),
            position=place,
            rubricId=rubric["identifier"],
            extensions={"credenceSafetyCritical": content["safety_critical"]},
        )
        criterion["CFRubricCriterionLevels"] = list(self.levels(criterion, names, content))
        return criterion

    def levels(
        self, criterion: Content, names: tuple[str, ...], content: Content
    ) -> Iterator[dict[str, Any]]:
        for level, anchor in sorted(content["levels"].items()):
            yield self.node(
                *names,
                content["code"],
                level,
                quality=QUALITIES[level],
                description=anchor,
                score=float(level),
                position=int(level),
                rubricCriterionId=criterion["identifier"],
            )
