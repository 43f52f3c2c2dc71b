"""manage.py verify_audit: has anybody tampered with the trail?"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from competency.audit.verification import Chain, Verification, verify_audit
from competency.programs.models import Program

TAMPERED, NOT_CHECKED = 1, 2  # exit codes
SITE = "(no program)"


class Command(BaseCommand):
    help = (
        "Read every seal, entry and act of the audit trail again and say what was altered, "
        "deleted, inserted or put in another order. Exits with 1 if anything was. Note the heads "
        "it prints somewhere else: given back with --expect, they prove that nothing was cut off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", metavar="CODE", help="only this program's chain")
        parser.add_argument(
            "--expect",
            metavar="HASH",
            action="append",
            default=[],
            help="a head noted earlier, which must still be in a chain; may be repeated",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        codes = dict(Program.objects.values_list("pk", "code"))
        result = verify_audit(_wanted(codes, options["program"]), expect=options["expect"])
        if options["json"]:
            self.stdout.write(_as_json(result, codes))
        else:
            self._tell(result, codes)
        if not result.whole:
            raise CommandError(f"{result.found:,} findings.", returncode=TAMPERED)

    def _tell(self, result: Verification, codes: dict[UUID, str]) -> None:
        for chain in result.chains.values():
            self.stdout.write(_line(chain, codes))
        for finding in result.findings:
            self.stdout.write(f"{_name(finding.program_id, codes)}: {finding.words}")
        if len(result.findings) < result.found:
            self.stdout.write(f"… and {result.found - len(result.findings):,} more.")
        if result.whole:
            self.stdout.write("Nothing was altered, deleted, inserted or reordered.")


def _wanted(codes: dict[UUID, str], code: str | None) -> UUID | None:
    if code is None:
        return None
    for program_id, known in codes.items():
        if known == code:
            return program_id
    raise CommandError(f"There is no program with the code {code}.", returncode=NOT_CHECKED)


def _name(program_id: UUID | None, codes: dict[UUID, str]) -> str:
    return codes.get(program_id, str(program_id)) if program_id else SITE


def _line(chain: Chain, codes: dict[UUID, str]) -> str:
    waiting = f"; {chain.unsealed:,} not sealed yet" if chain.unsealed else ""
    if chain.oldest_unsealed:
        waiting += f", the oldest of {chain.oldest_unsealed:%Y-%m-%d %H:%M} UTC"
    held = f"{chain.events:,} acts in {chain.seals:,} seals"
    return f"{_name(chain.program_id, codes)}: head {chain.head}, {held}{waiting}"


def _as_json(result: Verification, codes: dict[UUID, str]) -> str:
    chains = [
        asdict(chain) | {"program": codes.get(chain.program_id) if chain.program_id else None}
        for chain in result.chains.values()
    ]
    findings = [asdict(finding) | {"words": finding.words} for finding in result.findings]
    answer = {"whole": result.whole, "chains": chains, "found": result.found, "findings": findings}
    return json.dumps(answer, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
