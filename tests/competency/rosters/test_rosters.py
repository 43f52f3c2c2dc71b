"""A file of people: what it would change is shown, then all of it is done, or nothing."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from competency.accounts.models import User
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.invitations.models import Invitation
from competency.invitations.services import join
from competency.programs import services as programs
from competency.programs.circumstances import Placement
from competency.programs.models import Cohort, Enrolment, Membership
from competency.programs.roles import Role
from competency.rosters import reading, services
from competency.rosters.expiring import expire
from competency.rosters.exporting import exported
from competency.rosters.rules import Held, plan
from competency.sheets import limits
from competency.sheets.books import Sheet, write_book
from competency.sheets.faults import Unreadable
from tests import factories
from tests.factories import count_rows

HEAD = "email,name,role,cohort,trainee_number,supervisors\n"
LENA = "lena@example.org,Lena Ruiz,trainee,Autumn,A-1,ruth@example.org\n"
RUTH = "ruth@example.org,Ruth Kern,supervisor,,,\n"
NOTHING = Held({}, {}, {})
ROWS = (User, Membership, Enrolment, Cohort, Placement, Invitation)


@pytest.fixture
def run(db):
    return factories.program_with(Role.DIRECTOR)


def checked(run, text):
    program, director = run
    content = text if isinstance(text, bytes) else text.encode()
    return services.check_roster(program, content, file_name="r.csv", by=director)


def outcomes(roster):
    return services.plan_of(roster).outcomes


def imported(run, text, **options):
    roster = checked(run, text)
    seen = services.digest_of(services.plan_of(roster))
    services.import_roster(roster, seen=seen, by=run[1], **options)
    return roster


def faults(roster):
    return {
        (outcome.row.line, fault.column, fault.field)
        for outcome in outcomes(roster)
        for fault in outcome.faults
    }


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


# --- Dry run, import, export ---


def test_a_dry_run_changes_nothing_and_says_what_would(run):
    before = count_rows(*ROWS)
    roster = checked(run, HEAD + LENA + RUTH)
    assert count_rows(*ROWS) == before
    found = services.plan_of(roster)
    assert found.cohorts == ("Autumn",)
    assert [step.act for step in found.outcomes[0].steps] == [
        *("account", "role", "enrol", "supervise"),
    ]


def test_an_import_does_all_of_it_and_the_second_time_nothing(run):
    roster = imported(run, HEAD + LENA + RUTH)
    assert (roster.state, roster.rows) == ("applied", None)
    assert roster.summary == {"new": 2, "changed": 0, "unchanged": 0, "error": 0, "cohorts": 1}
    place = Enrolment.objects.get(trainee__email="lena@example.org")
    assert (place.cohort.name, place.trainee_number) == ("Autumn", "A-1")
    assert place.placements.get().supervisor.email == "ruth@example.org"
    assert set(Invitation.objects.values_list("email", flat=True)) == {
        *("lena@example.org", "ruth@example.org"),
    }
    again = checked(run, HEAD + LENA + RUTH)
    assert {outcome.kind for outcome in outcomes(again)} == {"unchanged"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_changes_nothing_when_it_is_imported(run, kind):
    strange = '"=SUM(A1)","""quoted"", Ana"'.split(",", 1)[0].strip('"')
    imported(run, HEAD + LENA.replace("Lena Ruiz", f"'{strange}") + RUTH, invites=False)
    User.objects.filter(email="lena@example.org").update(name=strange)
    again = checked(run, exported(run[0], kind))
    assert again.kind == kind
    assert {outcome.kind for outcome in outcomes(again)} == {"unchanged"}


def test_no_exported_cell_is_a_formula(run):
    imported(run, HEAD + LENA + RUTH, invites=False)
    for number, start in enumerate(("=", "+", "-", "@", "'=")):
        User.objects.filter(email="lena@example.org").update(name=f"{start}cmd|{number}")
        text = exported(run[0], "csv").decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert f"'{start}cmd|{number}" in cells
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    sheet = zipfile.ZipFile(io.BytesIO(exported(run[0], "xlsx"))).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_somebody_known_is_renumbered_moved_and_supervised(run):
    imported(run, HEAD + LENA + RUTH)
    moved = imported(run, HEAD + "lena@example.org,,,Winter,B-7,ruth@example.org\n")
    assert moved.summary["changed"] == 1
    place = Enrolment.objects.held().get(trainee__email="lena@example.org")
    assert (place.cohort.name, place.trainee_number) == ("Winter", "B-7")
    assert place.came_from.cohort.name == "Autumn"
    assert place.placements.get().supervisor.email == "ruth@example.org"
    imported(run, HEAD + "lena@example.org,,,Winter,B-8,\n")
    place.refresh_from_db()
    assert place.trainee_number == "B-8"


def test_a_second_cohort_beside_the_first_is_no_transfer(run):
    imported(run, HEAD + LENA + RUTH)
    imported(run, HEAD + LENA + "lena@example.org,,,Winter,W-1,\n")
    assert Enrolment.objects.held().filter(trainee__email="lena@example.org").count() == 2


def test_who_changes_several_cohorts_at_once_is_moved_by_hand(run):
    imported(run, HEAD + LENA + RUTH)
    imported(run, HEAD + LENA + "lena@example.org,,,Winter,W-1,\n")
    spring, summer = (f"lena@example.org,,,{name},S-1,\n" for name in ("Spring", "Summer"))
    assert faults(checked(run, HEAD + spring + summer)) == {
        ("2", "D", "cohort"),
        ("3", "D", "cohort"),
    }
    assert faults(checked(run, HEAD + LENA + spring)) == set()


def test_a_name_belongs_to_who_took_the_account(run):
    imported(run, HEAD + LENA + RUTH)
    corrected = LENA.replace("Lena Ruiz", "Lena Ruíz")
    imported(run, HEAD + corrected)
    asked = Invitation.objects.get(email="lena@example.org")
    person = join(asked, name="Lena María Ruíz", password=factories.PASSWORD)
    assert person.check_password(factories.PASSWORD)
    (outcome,) = outcomes(checked(run, HEAD + LENA))
    assert (outcome.kind, outcome.note) == ("unchanged", "The name stays as the person gave it.")
    with pytest.raises(DomainError, match="has an account already"):
        join(asked, name="Somebody else", password=factories.PASSWORD)


# --- Rows at fault ---


def test_each_row_says_line_column_and_field_of_what_is_wrong(run):
    program, director = run
    closed = Cohort.objects.create(
        program=program, name="Old", starts_on=timezone.now().date(), state="closed"
    )
    taken = factories.enrolment(factories.cohort(program, "Summer"))
    factories.person(email="gone@example.org", is_active=False)
    roster = checked(
        run,
        HEAD
        + "no-address,A,,Autumn,1,\n"
        + "b@example.org,,,Autumn,2,\n"
        + "c@example.org,C,king,,,\n"
        + "d@example.org,D,,,4,\n"
        + "e@example.org,E,author,Autumn,,\n"
        + f"f@example.org,F,,{closed.name},6,\n"
        + f"g@example.org,G,,Summer,{taken.trainee_number},\n"
        + "h@example.org,H,,Autumn,8,h@example.org\n"
        + "i@example.org,I,,Autumn,9,nobody@example.org\n"
        + "j@example.org,J,,Autumn,10,\n"
        + "j@example.org,J,,Autumn,10,\n"
        + "gone@example.org,K,,Autumn,11,\n"
        + f"l@example.org,{'l' * 201},,Autumn,12,\n"
        + "m@example.org,M\u202e,,Autumn,13,\n",
    )
    assert faults(roster) == {
        ("2", "A", "email"),
        ("3", "B", "name"),
        ("4", "C", "role"),
        ("5", "D", "cohort"),
        ("6", "D", "cohort"),
        ("7", "D", "cohort"),
        ("8", "E", "trainee_number"),
        ("9", "F", "supervisors"),
        ("10", "F", "supervisors"),
        ("12", "A", "email"),
        ("13", "A", "email"),
        ("14", "B", "name"),
        ("15", "B", "name"),
    }
    seen = services.digest_of(services.plan_of(roster))
    with pytest.raises(DomainError, match="nothing was imported"):
        services.import_roster(roster, seen=seen, by=director)
    assert not User.objects.filter(email="j@example.org").exists()


def test_what_was_not_seen_is_not_done(run):
    _, director = run
    roster = checked(run, HEAD + LENA + RUTH)
    seen = services.digest_of(services.plan_of(roster))
    factories.person(email="lena@example.org")
    before = count_rows(*ROWS)
    with pytest.raises(DomainError, match="changed since you looked"):
        services.import_roster(roster, seen=seen, by=director)
    assert count_rows(*ROWS) == before


def test_what_fails_on_the_way_leaves_nothing_behind(run, monkeypatch):
    roster = checked(run, HEAD + RUTH + LENA)
    seen = services.digest_of(services.plan_of(roster))

    def fail(*given, **named):
        raise DomainError("Not today.")

    monkeypatch.setattr(programs, "place", fail)
    before = count_rows(*ROWS)
    with pytest.raises(DomainError, match="Not today"):
        services.import_roster(roster, seen=seen, by=run[1])
    roster.refresh_from_db()
    assert (count_rows(*ROWS), roster.state) == (before, "checked")


# --- What becomes of the file ---


def test_rows_are_deleted_with_the_decision_and_after_a_day(run):
    _, director = run
    dropped, late = checked(run, HEAD + RUTH), checked(run, HEAD + RUTH)
    services.drop_roster(dropped, by=director)
    assert (dropped.state, dropped.rows) == ("dropped", None)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        with pytest.raises(DomainError, match="more than a day ago"):
            services.import_roster(late, seen="", by=director)
        assert (expire(), expire()) == (1, 0)
    late.refresh_from_db()
    assert (late.state, late.rows, late.settled_by) == ("expired", None, None)


def test_only_who_runs_the_program_imports(run):
    program, _ = run
    roster = checked(run, HEAD + RUTH)
    stranger = factories.member(program, Role.SUPERVISOR)
    with pytest.raises(NotAllowed):
        services.check_roster(program, b"email\nx@example.org", file_name="r", by=stranger)
    with pytest.raises(NotAllowed):
        services.import_roster(roster, seen="", by=stranger)


# --- OneRoster ---

MANIFEST = "propertyName,value\noneroster.version,1.2\nfile.users,bulk\n"
USERS = (
    "sourcedId,status,givenName,familyName,identifier,email,username\n"
    "u1,,Lena,Ruiz,A-1,lena@example.org,lr\nu2,,Ruth,Kern,,ruth@example.org,rk\n"
)
CLASSES = "sourcedId,title\nc1,Autumn\n"
ENROLLMENTS = (
    "sourcedId,classSourcedId,userSourcedId,role\n"
    "e1,c1,u1,student\ne2,c1,u2,teacher\ne3,c1,u2,administrator\n"
)
PACKAGE = {"manifest.csv": MANIFEST, "users.csv": USERS, "classes.csv": CLASSES,
           "enrollments.csv": ENROLLMENTS, "orgs.csv": "sourcedId,name\n"}  # fmt: skip


def test_a_oneroster_package_names_trainees_and_supervisors(run):
    roster = imported(run, zipped(PACKAGE))
    assert roster.kind == "oneroster"
    place = Enrolment.objects.get()
    assert (place.trainee.name, place.cohort.name, place.trainee_number) == (
        *("Lena Ruiz", "Autumn", "A-1"),
    )
    assert Membership.objects.get(person__email="ruth@example.org").role == Role.SUPERVISOR


def test_a_reference_that_leads_nowhere_is_named(run):
    broken = {"enrollments.csv": ENROLLMENTS + "e4,c9,u9,student\n"}
    assert faults(checked(run, zipped(PACKAGE | broken))) == {
        ("enrollments.csv 5", "C", "email"),
        ("enrollments.csv 5", "B", "cohort"),
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"classes.csv": None}, "lacks classes.csv"),
        ({"manifest.csv": None}, "lacks manifest.csv"),
        ({"manifest.csv": MANIFEST.replace("1.2", "1.1")}, "OneRoster 1.1"),
        ({"manifest.csv": MANIFEST.replace("bulk", "delta")}, "changes only"),
        ({"users.csv": ""}, "users.csv is empty"),
        ({"users.csv": b"\xff\xfe"}, "users.csv: The file is not in UTF-8"),
    ],
)
def test_a_package_that_is_not_whole_is_refused(change, words):
    files = {name: text for name, text in (PACKAGE | change).items() if text is not None}
    with pytest.raises(Unreadable, match=words):
        reading.read(zipped(files))


# --- Files that mean no good, or mean nothing ---


def workbook(*rows):
    content = io.BytesIO()
    write_book(content, [Sheet("Roster", rows[0], rows[1:])])
    return content.getvalue()


SHEET = workbook(["email"], ["a@example.org"])


def rebuilt(name, text):
    with zipfile.ZipFile(io.BytesIO(SHEET)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    return zipped(parts | {name: text})


SHEET_NAME = "xl/worksheets/sheet1.xml"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet>&a;</worksheet>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"email\n", "no rows"),
        (b"name\nAna\n", "no column"),
        (b"x" * (limits.FILE_BYTES + 1), "larger than 5 MB"),
        (b"email\n" + b"a@example.org\n" * (limits.ROWS + 1), "more than 2,000 rows"),
        (b"email\n" + b"a," * 99, "more than 60 columns"),
        ("email\na@example.org,José".encode("latin-1"), r"line 2\b.*CSV UTF-8"),
        ("email\na@example.org".encode("utf-16"), "not in UTF-8"),
        ("email\na@example.org".encode("utf-16-le"), "not in UTF-8"),
        (b'email\n"a@example.org\n', "is not CSV"),
        (b"PK\x03\x04 and nothing", "damaged"),
        (zipped({"a.txt": "a"}), "neither"),
        (zipped({f"{n}": "" for n in range(limits.MEMBERS + 1)}), "more than 200 files"),
        (rebuilt(SHEET_NAME, "0" * (limits.UNPACKED_BYTES + 1)), "unpacks to more"),
        (rebuilt(SHEET_NAME, ENTITIES), "not an XLSX"),
        (rebuilt(SHEET_NAME, "<worksheet>"), "not an XLSX"),
        (rebuilt("xl/workbook.xml", "<workbook/>"), "no sheet"),
        (rebuilt("xl/_rels/workbook.xml.rels", "<Relationships/>"), "not an XLSX"),
    ],
)
def test_a_file_as_a_whole_is_refused_in_words(content, words):
    with pytest.raises(InvalidInput, match=words) as refused:
        reading.read(content)
    assert refused.value.field == "file"


def test_an_archive_that_lies_about_its_size_is_not_unpacked():
    bomb = bytearray(rebuilt(SHEET_NAME, "0" * (limits.UNPACKED_BYTES + 1)))
    at = bomb.rindex(b"PK\x01\x02")
    while b"sheet1" not in bomb[at : at + 80]:
        at = bomb.rindex(b"PK\x01\x02", 0, at)
    bomb[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable, match=r"damaged|unpacks to more|not an XLSX"):
        reading.read(bytes(bomb))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [b",", b";", b"\t"])
def test_utf_8_is_read_with_a_mark_and_without(mark, separator):
    content = mark + separator.join([b"E-mail", b"Name"]) + b"\r\n"
    content += separator.join([b"a@example.org", "José".encode()]) + b"\r\n"
    (row,) = reading.read(content).rows
    assert (row.email, row.get("name"), row.columns["name"]) == ("a@example.org", "José", "B")


def test_a_formula_and_a_number_in_a_workbook():
    cells = (
        '<worksheet><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>email</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>trainee_number</t></is></c>'
        '<c r="D1" t="inlineStr"><is><t>name</t></is></c></row>'
        '<row r="7"><c r="A7" t="str"><v>a@example.org</v></c><c r="B7"><v>1001.0</v></c>'
        '<c r="D7"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>'
    )
    (row,) = reading.read(rebuilt(SHEET_NAME, cells)).rows
    assert (row.line, row.get("trainee_number")) == ("7", "1001")
    (outcome,) = plan([row], NOTHING).outcomes
    assert ("name", "D") in {(fault.field, fault.column) for fault in outcome.faults}


def test_a_huge_cell_is_a_fault_of_its_row():
    found = reading.read(b"email,cohort,trainee_number,name\na@example.org,C,1," + b"n" * 99_999)
    (outcome,) = plan(found.rows, NOTHING).outcomes
    assert {fault.field for fault in outcome.faults} == {"name"}
    assert len(found.rows[0].values["name"]) <= limits.CELL + 2


def sound(content):
    """A plan or a refusal in words: never anything else."""
    try:
        found = reading.read(content)
    except Unreadable:
        return
    made = plan(found.rows, NOTHING)
    assert len(made.outcomes) == len(found.rows)
    for outcome in made.outcomes:
        assert (outcome.kind == "error") == bool(outcome.faults)


FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
cells = st.text(max_size=12) | st.sampled_from(["a@example.org", "trainee", "Autumn", "=1", "'="])


@FEW
@given(st.binary(max_size=400))
def test_any_bytes_are_a_roster_or_a_refusal(content):
    sound(content)


@FEW
@given(st.lists(st.lists(cells, max_size=8), max_size=6))
def test_any_table_is_a_roster_or_a_refusal(rows):
    text = io.StringIO()
    csv.writer(text).writerows([["email", "name", "role", "cohort", "trainee_number"], *rows])
    sound(text.getvalue().encode("utf-8", "replace"))


@FEW
@given(st.integers(0, len(SHEET) - 1), st.integers(0, 255))
def test_a_damaged_workbook_is_a_roster_or_a_refusal(place, byte):
    sound(SHEET[:place] + bytes([byte]) + SHEET[place + 1 :])


CELL = (
    '<worksheet><sheetData><row r="{}"><c r="{}" t="{}"><v>{}</v></c></row></sheetData></worksheet>'
)
TYPED = st.characters(codec="utf-8", min_codepoint=32, exclude_characters='<&"')
BOOKS = [SHEET_NAME, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"]


@FEW
@given(st.sampled_from(BOOKS), st.binary(max_size=200))
def test_a_workbook_with_any_part_replaced_is_a_roster_or_a_refusal(name, content):
    sound(rebuilt(name, content))


@FEW
@given(*[st.text(TYPED, max_size=12)] * 4)
def test_any_cell_of_a_workbook_is_a_roster_or_a_refusal(row, place, kind, value):
    cell = CELL.format(row, place, kind, value)
    sound(rebuilt(SHEET_NAME, f"<worksheet><sheetData>{cell}</sheetData></worksheet>"))


@FEW
@given(st.sampled_from(sorted(PACKAGE)), st.binary(max_size=200))
def test_a_damaged_package_is_a_roster_or_a_refusal(name, content):
    sound(zipped(PACKAGE | {name: content}))


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(cells, cells, cells, cells, cells), min_size=1, max_size=4))
def test_an_import_is_whole_or_it_is_not(rows):
    run = factories.program_with(Role.DIRECTOR)
    text = io.StringIO()
    csv.writer(text).writerows([["email", "name", "role", "cohort", "trainee_number"], *rows])
    try:
        roster = checked(run, text.getvalue().encode("utf-8", "replace"))
    except InvalidInput:
        return
    before, made = count_rows(*ROWS), services.plan_of(roster)
    try:
        services.import_roster(roster, seen=services.digest_of(made), by=run[1])
    except DomainError:
        assert count_rows(*ROWS) == before
    else:
        assert made.summary["error"] == 0
