"""The two registrations that the system knows: 異動届 and 証明書交付申請, page by page."""

from __future__ import annotations

from rehearsal.target.screens import EntryForm, Input, Item, Page

RECEPTION_NUMBER = Item("reception_number", "受付番号", Input.LETTERS, 20, required=True)


def _wide(name: str, label: str, size: int = 60, required: bool = False) -> Item:
    return Item(name, label, Input.WIDE, size, required)


def _kana(name: str, label: str, required: bool = False) -> Item:
    return Item(name, label, Input.KANA, 60, required)


def _date(name: str, label: str, required: bool = False, unknown_day: bool = False) -> Item:
    return Item(name, label, Input.DATE, required=required, unknown_day=unknown_day)


def _choice(name: str, label: str, *options: str, required: bool = False) -> Item:
    return Item(name, label, Input.CHOICE, required=required, options=options)


def _digits(name: str, label: str, size: int, required: bool = False) -> Item:
    return Item(name, label, Input.DIGITS, size, required)


def _postal_code(name: str, label: str) -> Item:
    return Item(name, label, Input.DIGITS, 7, split=(3, 4))


PERSON = (
    _kana("kana", "カナ氏名", required=True),
    _wide("name", "氏名", 40, required=True),
    _date("birth_date", "生年月日", required=True, unknown_day=True),
    _choice("sex", "性別", "男", "女", required=True),
    _wide("relation", "続柄", 20, required=True),
    Item("same_household", "世帯", Input.CHECKS, options=("同一世帯員",)),
    Item("my_number", "個人番号", Input.DIGITS, 12, check_digit=True),
    _digits("resident_code", "住民票コード", 11),
    _wide("former_surname", "旧氏", 20),
    _wide("alias", "通称", 40),
    _wide("nationality", "国籍・地域", 30),
    _wide("residence_status", "在留資格", 40),
    _wide("residence_period", "在留期間", 20),
    _date("residence_until", "在留期間満了日"),
    Item("residence_card", "在留カード番号", Input.LETTERS, 12),
)

IDO = EntryForm(
    name="ido",
    title="異動届入力",
    pages=(
        Page(
            "届出情報",
            (
                RECEPTION_NUMBER,
                _choice("notice_type", "届出種別", "転入", "転居", "転出", "世帯変更", required=True),
                _date("notified_on", "届出年月日", required=True),
                _date("moved_on", "異動年月日", required=True),
            ),
        ),
        Page(
            "住所・世帯情報",
            (
                _postal_code("new_postal_code", "新住所郵便番号"),
                _wide("new_address", "新住所", 80),
                _wide("new_building", "新住所方書"),
                _wide("new_head", "新世帯主氏名", 40),
                _postal_code("old_postal_code", "旧住所郵便番号"),
                _wide("old_address", "旧住所", 80),
                _wide("old_building", "旧住所方書"),
                _wide("old_head", "旧世帯主氏名", 40),
                _wide("honseki", "本籍", 80),
                _wide("hittousha", "筆頭者氏名", 40),
            ),
        ),
        Page("異動者情報", table="persons", rows=5, columns=PERSON),
        Page(
            "届出人情報",
            (
                _wide("notifier_name", "届出人氏名", 40, required=True),
                _choice("notifier_capacity", "届出人資格", "本人", "世帯主", "代理人", required=True),
                _wide("notifier_address", "届出人住所", 80),
                _digits("notifier_phone", "届出人電話番号", 11),
            ),
        ),
    ),
)

CERTIFICATES = ("世帯全員", "世帯一部", "除票", "記載事項証明")
PURPOSES = ("運転免許", "年金・社会保険", "就職・勤務先", "学校", "住宅・融資", "自動車登録", "その他")


def _list(name: str, label: str, *options: str, required: bool = False) -> Item:
    return Item(name, label, Input.LIST, required=required, options=options)


KOFU = EntryForm(
    name="kofu",
    title="証明書交付申請入力",
    pages=(
        Page(
            "請求者情報",
            (
                RECEPTION_NUMBER,
                _date("applied_on", "申請年月日", required=True),
                _kana("applicant_kana", "請求者カナ氏名"),
                _wide("applicant_name", "請求者氏名", 40, required=True),
                _date("applicant_birth_date", "請求者生年月日", required=True, unknown_day=True),
                _postal_code("applicant_postal_code", "請求者郵便番号"),
                _wide("applicant_address", "請求者住所", 80, required=True),
                _digits("applicant_phone", "請求者電話番号", 11),
                _list("applicant_relation", "請求者区分", "本人", "世帯員", "代理人", required=True),
            ),
        ),
        Page(
            "対象者情報",
            (
                Item("subject_same", "対象者", Input.CHECKS, options=("請求者と同じ",)),
                _kana("subject_kana", "対象者カナ氏名"),
                _wide("subject_name", "対象者氏名", 40),
                _date("subject_birth_date", "対象者生年月日", unknown_day=True),
                _wide("subject_address", "対象者住所", 80),
                _wide("subject_head", "対象者世帯主氏名", 40),
            ),
        ),
        Page(
            "証明書情報",
            (
                Item("certificate", "証明書種別", Input.CHECKS, required=True, options=CERTIFICATES),
                _digits("copies_household", "世帯全員通数", 2),
                _digits("copies_person", "世帯一部通数", 2),
                _digits("copies_removed", "除票通数", 2),
                _digits("copies_items", "記載事項証明通数", 2),
                _list("with_honseki", "本籍・筆頭者", "記載する", "省略する"),
                _list("with_relation", "世帯主・続柄", "記載する", "省略する"),
                _list("with_my_number", "個人番号表示", "記載する", "省略する"),
                _list("with_resident_code", "住民票コード表示", "記載する", "省略する"),
                Item("purpose", "使用目的", Input.CHECKS, required=True, options=PURPOSES),
                _wide("purpose_other", "使用目的(その他)", 30),
            ),
        ),
    ),
)

FORMS = {form.name: form for form in (IDO, KOFU)}
