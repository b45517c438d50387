"""Approved cases into import files: right bytes, each record once over kills, a word on the import."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from openpyxl import load_workbook
from ruamel.yaml import YAML

from cases import access, batches, roles
from cases.batch_table import FileBatch
from cases.errors import MoveRefused
from cases.models import AuditLine, Case, Receipt
from cases.roles import Role
from flows.entering import enter_all
from forms.errors import DefinitionError
from robots.file_target import load_file_target
from robots.outbox import Outbox
from tests.desk.sheets import make_task
from tests.flows.approved import approved

pytestmark = pytest.mark.django_db(transaction=True)
SHIPPED = Path(__file__).parents[2] / "config" / "targets" / "import_file.yaml"


class Killed(BaseException):
    """What a kill looks like from inside: nothing after it runs, and nothing is rolled back by hand."""


@pytest.fixture
def outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The outbox of the shipped example, with a task that enters into it."""
    (tmp_path / "config").mkdir()
    monkeypatch.setenv("TENKI_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("TENKI_VAR", str(tmp_path / "var"))
    task = make_task("kofu", "住民票の写し等交付申請の受付", ["juminhyo_kofu"])
    task.target = "import_file"
    task.save()
    return tmp_path / "var" / "outbox" / "import_file"


@pytest.fixture
def clerk(db: None) -> User:
    roles.create_groups()
    user = roles.add_user("clerk", "sagami-gawa-2026", [Role.OPERATOR], by="test")
    access.assign_everything(user, by="test")
    return user


def changed(tmp_path: Path, **keys: object) -> None:
    """The shipped example with other keys, in the site's own folder."""
    yaml = YAML()
    data = yaml.load(SHIPPED.read_text(encoding="utf-8")) | keys
    path = tmp_path / "config" / "targets" / "import_file.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(data, file)


def ran() -> list[str]:
    return [state.value for _, state in enter_all("kofu", 0)]


def lines(path: Path, encoding: str = "cp932") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


def test_a_file_holds_what_was_approved_and_waits_for_a_persons_word(
    outbox: Path, clerk: User, tmp_path: Path
) -> None:
    cases = [approved(tmp_path, applicant_name="髙橋　涼子"), approved(tmp_path)]
    lacking = approved(tmp_path, applicant_name="𠮷田　涼子")
    assert ran() == ["REFUSED", "ENTERING", "ENTERING"]
    lacking.refresh_from_db()
    assert "「請求者氏名」: 業務システムにない文字「𠮷」" in lacking.reason_detail.replace(
        "氏名（請求者）", "請求者氏名"
    )
    (path,) = [one for one in outbox.iterdir() if one.is_file()]
    titles, first, second = lines(path)
    assert path.read_bytes().count(b"\r\n") == 3
    one = dict(zip(titles, first, strict=True))
    assert (one["受付番号"], one["申請日"], one["請求者氏名"]) == (cases[0].number, "20261120", "髙橋　涼子")
    assert (one["請求者カナ"], one["請求者郵便番号"]) == ("ﾔﾏｸﾞﾁ ﾘｮｳｺ", "2520231")
    assert (one["請求者区分"], one["証明書種別"]) == ("2", "世帯全員の写し、記載事項証明書")
    assert second[0] == cases[1].number
    (batch,) = batches.waiting()
    assert (batch.lines, batch.sums["世帯全員通数"], batch.sums["記載事項通数"]) == (2, 2, 4)
    receipt = Receipt.objects.get(case=cases[0])
    assert (receipt.outcome, receipt.receipt_number) == ("written", path.name)
    assert receipt.read_back
    assert all(row["same"] for row in receipt.read_back)
    cover = (tmp_path / "var" / "covers" / "import_file" / f"{path.name}.txt").read_text("utf-8-sig")
    assert "件数: 2件(2行)" in cover
    assert batch.sha256 in cover
    assert ran() == [], "what waits is not written again"
    assert batches.acknowledge(batch, clerk, 2)
    assert set(Case.objects.exclude(pk=lacking.pk).values_list("state", flat=True)) == {"ENTERED"}
    with pytest.raises(MoveRefused):
        batches.acknowledge(batch, clerk, 2)
    assert "髙橋" not in str(list(AuditLine.objects.values_list("detail", flat=True)))


def test_counts_that_differ_send_every_case_to_a_person(outbox: Path, clerk: User, tmp_path: Path) -> None:
    cases = [approved(tmp_path) for _ in range(2)]
    assert ran() == ["ENTERING"] * 2
    assert not batches.acknowledge(batches.waiting()[0], clerk, 1)
    found = Case.objects.filter(pk__in=[case.pk for case in cases]).values_list("state", "reason")
    assert set(found) == {("OUTCOME_UNKNOWN", "file.counts_differ")}


def test_an_excel_file_keeps_zeros_and_is_the_same_each_time(outbox: Path, tmp_path: Path) -> None:
    changed(tmp_path, format="excel", sheet="取込", acknowledged=False)
    case = approved(tmp_path, applicant_name="𠮷田　涼子", purpose_other="=1+1")
    changed(tmp_path, format="excel", sheet="取込", acknowledged=False, characters={"set": "unicode"})
    assert ran() == ["ENTERED"]
    (path,) = [one for one in outbox.iterdir() if one.is_file()]
    sheet = load_workbook(path)["取込"]
    one = dict(zip(*([cell.value for cell in row] for row in sheet.iter_rows()), strict=True))
    assert (one["受付番号"], one["請求者電話番号"]) == (case.number, "09012345678")
    assert (one["請求者氏名"], one["使用目的その他"]) == ("𠮷田　涼子", "＝１＋１")


MOMENTS = ["cases.batches.begin", "robots.outbox.Outbox.stage", "cases.batches.proven", "cases.batches.given"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("moment", [*MOMENTS, "robots.outbox.Outbox.give"])
def test_a_kill_at_any_moment_writes_each_record_once(
    outbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, after: bool
) -> None:
    cases = [approved(tmp_path) for _ in range(2)]
    with monkeypatch.context() as patched:
        die_at(patched, moment, after=after)
        with pytest.raises(Killed):
            ran()
    dead()
    again = ran()
    if again and set(again) == {"APPROVED"}:
        again = ran()
    files = [one for one in outbox.iterdir() if one.is_file()]
    written = [line[0] for path in files for line in lines(path)[1:]]
    assert sorted(written) == sorted(case.number for case in cases), moment
    assert set(Case.objects.values_list("state", "reason")) == {("ENTERING", "file.waits")}
    assert Receipt.objects.count() == 2


def test_a_file_that_was_fetched_before_anybody_recorded_it_goes_to_a_person(
    outbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(tmp_path)
    with monkeypatch.context() as patched:
        die_at(patched, "cases.batches.given", after=False)
        with pytest.raises(Killed):
            ran()
    (path,) = [one for one in outbox.iterdir() if one.is_file()]
    path.unlink()
    dead()
    assert ran() == ["OUTCOME_UNKNOWN"]
    assert Case.objects.get().reason == "file.fetched"
    assert ran() == []
    assert [one for one in outbox.iterdir() if one.is_file()] == []


def die_at(patched: pytest.MonkeyPatch, moment: str, *, after: bool) -> None:
    """End the run before, or after, one step of it."""
    owner: object = batches if moment.startswith("cases.") else Outbox
    name = moment.rpartition(".")[2]
    real = getattr(owner, name)

    def dying(*given: object, **more: object) -> object:
        if after:
            real(*given, **more)
        raise Killed

    patched.setattr(owner, name, dying)


def dead() -> None:
    """The robot has not been heard of for longer than its leases."""
    from datetime import timedelta

    from django.utils import timezone

    from cases.gate_table import TargetGate

    late = timezone.now() - timedelta(minutes=1)
    Case.objects.filter(lease_until__isnull=False).update(lease_until=late)
    TargetGate.objects.update(session_until=late)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"file_name": "KOFU"}, "number"),
        ({"characters": {"set": "jis_x_0213"}}, "cp932 cannot hold jis_x_0213"),
        (
            {"forms": {"juminhyo_kofu": {"columns": [{"title": "氏名", "field": "applicant_name"}]}}},
            "reception",
        ),
    ],
)
def test_a_layout_that_cannot_be_right_is_refused(
    tmp_path: Path, keys: dict[str, object], words: str
) -> None:
    changed(tmp_path, **keys)
    with pytest.raises(DefinitionError, match=words):
        load_file_target(tmp_path / "config" / "targets" / "import_file.yaml")


def test_a_field_without_a_column_stops_the_target(outbox: Path, tmp_path: Path) -> None:
    columns = [{"title": "受付番号", "field": "reception_number"}]
    changed(tmp_path, forms={"juminhyo_kofu": {"columns": columns}})
    approved(tmp_path)
    assert ran() == ["APPROVED"]
    assert ran() == []
    assert not FileBatch.objects.exists()
    from cases import gates

    gate = gates.gate("import_file")
    assert (gate.reason, "applicant_name" in gate.detail) == ("definition.field", True)
