"""A notice of moving and the persons who move, as a small office system might hold them."""

from __future__ import annotations

from django.db import models

KINDS = [(word, word) for word in ("転入", "転居", "転出", "世帯変更")]
SEXES = [("男", "男"), ("女", "女")]
CAPACITIES = [(word, word) for word in ("本人", "世帯主", "代理人")]


def _text(label: str, length: int = 60, blank: bool = True) -> models.CharField[str, str]:
    return models.CharField(label, max_length=length, blank=blank)


class Notice(models.Model):
    """One notice."""

    reception_number = models.CharField("受付番号", max_length=20)
    notice_type = models.CharField("届出の種類", max_length=10, choices=KINDS)
    notified_on = models.DateField("届出年月日")
    moved_on = models.DateField("異動年月日")
    new_postal_code = _text("新住所の郵便番号", 8)
    new_address = models.TextField("新住所", blank=True)
    new_building = _text("新住所の方書")
    new_head = _text("新世帯主", 40)
    old_postal_code = _text("旧住所の郵便番号", 8)
    old_address = models.TextField("旧住所", blank=True)
    old_building = _text("旧住所の方書")
    old_head = _text("旧世帯主", 40)
    honseki = _text("本籍")
    hittousha = _text("筆頭者", 40)
    notifier_name = _text("届出人氏名", 40)
    notifier_capacity = models.CharField("届出人の資格", max_length=10, choices=CAPACITIES, blank=True)
    notifier_address = _text("届出人住所")
    notifier_phone = _text("届出人電話番号", 20)

    class Meta:
        verbose_name = verbose_name_plural = "異動届"

    def __str__(self) -> str:
        return f"異動届 {self.pk}"


class Person(models.Model):
    """One person of a notice."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE)
    kana = _text("フリガナ", blank=False)
    name = _text("氏名", 40, blank=False)
    birth_date = _text("生年月日", 10)
    sex = models.CharField("性別", max_length=2, choices=SEXES, blank=True)
    relation = _text("続柄", 20)
    same_household = models.BooleanField("同一世帯員", default=False)
    my_number = _text("個人番号", 12)
    resident_code = _text("住民票コード", 11)
    former_surname = _text("旧氏", 20)
    alias = _text("通称", 40)
    nationality = _text("国籍・地域", 30)
    residence_status = _text("在留資格", 40)
    residence_period = _text("在留期間", 20)
    residence_until = models.DateField("在留期間満了日", null=True, blank=True)
    residence_card = _text("在留カード番号", 12)

    class Meta:
        verbose_name = verbose_name_plural = "異動者"

    def __str__(self) -> str:
        return f"異動者 {self.pk}"
