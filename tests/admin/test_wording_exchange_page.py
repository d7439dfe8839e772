"""Files for translators: each language downloads, comes back, and is reported on line by line."""

import csv
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO

import pytest
from sqlalchemy import func, select

from outreach.staff.models import Role
from outreach.wording.exchange import po, sheet, xliff
from outreach.wording.models import Origin, Wording, WordingState
from tests.admin.office import Office, Page, Visitor, open_office
from tests.admin.wording_desk import BETTER, SHIPPED, VISION, press, stored, visit

READERS = {"csv": sheet.read, "po": po.read, "xlf": xliff.read}
Row = dict[str, str]


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office({**environment, "OUTREACH_LANGUAGES": "en,es,ht"}) as office:
        yield office


def download(visitor: Visitor, language: str = "es", ending: str = "csv") -> bytes:
    answer = visitor.client.get(f"/wording/exchange/outreach-{language}.{ending}")
    assert answer.status_code == 200
    assert f'filename="outreach-{language}.{ending}"' in answer.headers["Content-Disposition"]
    return answer.get_data()


def change(data: bytes, edit: Callable[[list[Row]], None]) -> bytes:
    """The spreadsheet as a translator sends it back."""
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))
    edit(rows)
    out = StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def put(context: str, text: str) -> Callable[[list[Row]], None]:
    def edit(rows: list[Row]) -> None:
        next(row for row in rows if row["context"] == context)["translation"] = text

    return edit


def upload(visitor: Visitor, data: bytes, name: str = "back.csv", **form: str) -> Page:
    form = {"csrf_token": visitor.token(), "review": "1", **form}
    answer = visitor.client.post("/wording/exchange/", data={**form, "file": (BytesIO(data), name)})
    return Page(answer.status_code, answer.text)


@pytest.mark.parametrize("ending", ["csv", "po", "xlf"])
def test_a_language_downloads_in_three_formats_and_comes_back_unchanged(office: Office, ending: str) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    data = download(ana, ending=ending)
    entries = READERS[ending](data, "es").entries
    assert {entry.context: entry.text for entry in entries}[VISION] == SHIPPED
    page = upload(ana, data, f"back.{ending}")
    assert f"0 new texts kept. {len(entries)} unchanged. 0 not translated yet. None refused." in page.text


def test_good_lines_are_kept_and_bad_ones_refused_with_line_and_reason(office: Office) -> None:
    ana, rosa = visit(office, Role.COORDINATOR, "Ana", "es"), visit(office, Role.RESPONDER, "Rosa", "es")

    def edit(rows: list[Row]) -> None:
        put(VISION, BETTER)(rows)
        put("screenings/hearing:invitation", "{sender}: Escriba YES.")(rows)
        rows[0]["english"] = "Something else"
        rows[0]["translation"] = "Otra cosa"
        rows[1]["context"] = "nobody/knows:this"

    page = upload(ana, change(download(ana), edit))
    assert page.status == 200
    assert "1 new text kept, it waits for review now." in page.text
    assert "3 refused" in page.text
    assert "YES cannot be asked for as an answer" in page.text
    assert "The English is not ours, or has changed" in page.text
    assert "No text of ours has this context." in page.text
    assert "Line 2" in page.text
    assert "1 text waits for your review" in rosa.open("/wording/").text
    with office.work.database.reading() as session:
        row = session.scalars(select(Wording)).one()
    assert (row.context, row.text, row.origin, row.written_by_id) == (VISION, BETTER, Origin.UPLOAD, ana.id)


def test_whoever_uploads_a_text_does_not_review_it(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    upload(ana, change(download(ana), put(VISION, BETTER)))
    assert press(ana, "approve").status == 422
    assert getattr(stored(office), "state", None) is WordingState.IN_REVIEW


def test_drafts_may_stay_drafts(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    page = upload(ana, change(download(ana), put(VISION, BETTER)), review="")
    assert "1 new text kept as a draft." in page.text
    assert getattr(stored(office), "state", None) is WordingState.DRAFT


def test_what_changed_here_since_the_download_is_not_overwritten(office: Office) -> None:
    ana, ben = visit(office, Role.COORDINATOR, "Ana", "es"), visit(office, Role.COORDINATOR, "Ben", "es")
    data = download(ana)
    press(ben, "save", text=BETTER)
    page = upload(ana, change(data, put(VISION, BETTER.replace("hijo", "niño"))))
    assert "1 refused" in page.text
    assert "It was changed here since the export" in page.text
    assert getattr(stored(office), "text", None) == BETTER


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        (
            "back.xlsx",
            b"PK",
            "back.xlsx: the name ends in none of .po, .xlf, .xliff, .csv; save the sheet as CSV UTF-8",
        ),
        ("back.csv", b"a,b\n1,2\n", "back.csv:"),
        ("back.po", b"\xff\x00", "back.po:"),
        ("back.xlf", b"<xliff", "back.xlf:"),
        ("", b"", "Choose a file that came back from a translator."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(office: Office, name: str, data: bytes, says: str) -> None:
    page = upload(visit(office, Role.COORDINATOR, "Ana", "es"), data, name)
    assert page.status == 422
    assert says in page.text
    with office.work.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Wording)) == 0


def test_a_language_that_is_not_sent_here_is_refused(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    page = upload(ana, download(ana).replace(b'"es"', b'"fr"'))
    assert page.status == 422
    assert "fr is not among the languages of this service (OUTREACH_LANGUAGES)" in page.text
    english = upload(ana, download(ana).replace(b'"es"', b'"en"'))
    assert english.status == 422
    assert "it says that it is in English" in english.text


def test_a_responder_downloads_and_uploads_nothing(office: Office) -> None:
    rosa = visit(office, Role.RESPONDER, "Rosa", "es")
    data = download(rosa)
    assert "Upload and check" not in rosa.open("/wording/exchange/").text
    assert upload(rosa, data).status == 403


@pytest.mark.parametrize("name", ["outreach-en.csv", "outreach-fr.csv", "outreach-es.exe", "outreach-es.xliff"])
def test_what_is_not_offered_is_not_there(office: Office, name: str) -> None:
    assert visit(office, Role.ADMIN, "Ruth").open(f"/wording/exchange/{name}").status == 404
