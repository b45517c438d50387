"""Findings in words: for every code a Japanese sentence that says what was seen and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from forms.definition import FormDefinition
from forms.facts import Finding
from forms.findings_en import SENTENCES_EN

SENTENCES: Mapping[str, tuple[str, str]] = {
    # What a kind of field could not take
    "value.too_long": ("文字数が{length}文字です（上限{most}文字）。", "記入内容を確認してください。"),
    "text.character": (
        "「{seen}」に使えない文字（{character}）が含まれています。",
        "読み直して入力してください。",
    ),
    "reading.struck": (
        "取り消し線を引いて書き直されています。",
        "用紙と見比べて、残っている記入を確かめてください。",
    ),
    "reading.outside": (
        "記入欄の外に書かれた部分があります。",
        "欄の外の記入も含めて、用紙と見比べて確かめてください。",
    ),
    "reading.vertical": (
        "縦書きで記入されています。",
        "用紙を見て入力してください。",
    ),
    "reading.unknown_character": (
        "「{seen}」の{places}文字目は、機械が知らない文字かもしれません。",
        "用紙のとおりに入力してください。",
    ),
    "rows.formula": (
        "Excelの数式で、計算結果が保存されていません。",
        "Excelで開いて保存し直してから、もう一度取り込んでください。",
    ),
    "rows.error_value": ("Excelのエラー値が入っています。", "元のデータを確かめて入力してください。"),
    "rows.number": (
        "Excelの数値で、先頭の0が失われているかもしれません。",
        "元のデータを確かめて確定してください。",
    ),
    "name.character": (
        "「{seen}」に氏名には使われない文字（{character}）が含まれています。",
        "用紙のとおりに入力してください。",
    ),
    "name.variant": (
        "「{characters}」には字形の似た異体字があります。",
        "用紙の字形と見比べて確定してください。",
    ),
    "kana.character": (
        "「{seen}」にカタカナ以外の文字（{character}）が含まれています。",
        "フリガナを確認してください。",
    ),
    "kana.latin": (
        "フリガナが「{seen}」とローマ字で書かれています。",
        "カタカナの読みを本人に確認してください。",
    ),
    "postal_code.shape": ("「{seen}」は郵便番号として読めません。", "7桁の数字を確認してください。"),
    "phone.shape": (
        "「{seen}」は電話番号として読めません。",
        "0から始まる10桁または11桁の番号を確認してください。",
    ),
    "digits.character": (
        "「{seen}」に数字以外の文字（{character}）が含まれています。",
        "用紙の数字を確認してください。",
    ),
    "digits.too_many": ("{length}桁あり、欄の{most}桁を超えています。", "用紙の数字を確認してください。"),
    "digits.too_few": ("{length}桁しかありません（{wanted}桁必要です）。", "用紙の数字を確認してください。"),
    "amount.shape": ("「{seen}」は金額として読めません。", "用紙の金額を確認してください。"),
    "my_number.character": (
        "数字以外の文字が含まれています。",
        "個人番号カードなどで12桁の番号を確認してください。",
    ),
    "my_number.length": ("{length}桁です（個人番号は12桁です）。", "個人番号カードなどで確認してください。"),
    "my_number.check_digit": ("検査用数字が合いません。", "個人番号カードなどで番号を確認してください。"),
    "municipality_code.shape": (
        "「{seen}」は全国地方公共団体コードとして読めません。",
        "6桁の数字を確認してください。",
    ),
    "municipality_code.check_digit": (
        "「{seen}」は検査数字が合いません。",
        "全国地方公共団体コードを確認してください。",
    ),
    "residence_card.shape": (
        "「{seen}」は在留カード番号の形（英字2字・数字8桁・英字2字）ではありません。",
        "在留カードで確認してください。",
    ),
    "ticks.unknown": ("「{seen}」という選択肢はありません。", "用紙の印を確認して選び直してください。"),
    "ticks.more_than_one": (
        "「{seen}」に印があります。",
        "一つだけ選ぶ欄ですので、どれを選んだのか確認してください。",
    ),
    "circle.unknown": ("「{seen}」という選択肢はありません。", "用紙の○を確認して選び直してください。"),
    "circle.more_than_one": ("「{seen}」が○で囲まれています。", "どれを選んだのか確認してください。"),
    "stamp.unknown": ("印影の有無を「{seen}」から判断できません。", "用紙を確認してください。"),
    "relation.unusual": (
        "「{seen}」は住民票で通常使われる続柄ではありません。",
        "世帯主との続柄を確認してください。",
    ),
    "date.shape": ("「{seen}」は日付として読めません。", "年月日を確認してください。"),
    "date.incomplete": ("「{seen}」は年・月・日のいずれかが空欄です。", "日付を確認してください。"),
    "date.no_era": ("「{seen}」は年号が選ばれていません。", "年号または西暦を確認してください。"),
    "date.impossible": ("「{seen}」は暦にない日付です。", "日付を確認してください。"),
    "date.wrong_era": ("「{seen}」はその年号の期間にありません。", "「{offered}」のことか確認してください。"),
    "date.part_unknown": ("「{seen}」は月または日が不詳です。", "戸籍などの記載と同じか確認してください。"),
    # What rules say about a value
    "date.future": ("{seen}は今日より後の日付です。", "日付を確認してください。"),
    "date.very_old": ("{seen}生まれでは{years}歳を超えます。", "年号と年を確認してください。"),
    "value.missing": ("記入がありません。", "届出人に確認して入力してください。"),
    "value.missing_when": (
        "記入がありません。",
        "「{other}」が「{chosen}」のときは必要です。届出人に確認してください。",
    ),
    "postal.unknown": ("郵便番号 {seen} は日本郵便の一覧にありません。", "番号を確認してください。"),
    "postal.other_municipality": (
        "郵便番号 {seen} は「{offered}」の番号で、住所と市区町村が異なります。",
        "どちらが正しいか確認してください。",
    ),
    "postal.other_town": (
        "郵便番号 {seen} は「{offered}」の番号で、住所の町名と異なるようです。",
        "確認してください。",
    ),
    "kana.misfit": (
        "「{kana}」は「{name}」の読みとして長さまたは文字が合いません。",
        "フリガナと氏名を確認してください。",
    ),
    "sex.misfit": ("続柄が「{relation}」ですが、性別は「{sex}」です。", "続柄と性別を確認してください。"),
    # The notice of moving
    "moving.before_it_happened": (
        "異動年月日（{seen}）が届出年月日より後です。",
        "{type}は異動した後に届け出ます。日付を確認してください。",
    ),
    "moving.late": (
        "異動から{days}日たって届け出られています（期限は14日以内）。",
        "日付を確認し、遅れた場合は理由を聞き取ってください。",
    ),
    "moving.address_inside": (
        "{type}の届出ですが、この住所は{city}の中にあります。",
        "届出の種類と住所を確認してください。",
    ),
    "moving.address_outside": (
        "{type}の届出ですが、この住所は{city}の外にあります。",
        "届出の種類と住所を確認してください。",
    ),
    "agent.letter": ("代理人による届出です。", "委任状を確認してください。"),
    "notifier.not_listed": (
        "届出人の資格が「本人」ですが、異動する方の中に同じ氏名がありません。",
        "資格または氏名を確認してください。",
    ),
    "persons.none": ("異動する方が一人も記入されていません。", "届出人に確認してください。"),
    "head.more_than_one": (
        "続柄「世帯主」が{first}人目と重なっています。",
        "世帯主は一人です。続柄を確認してください。",
    ),
    "head.unnamed": ("世帯主が異動者の中になく、世帯主の氏名も空欄です。", "世帯主を確認してください。"),
    "head.differs": (
        "新世帯主と、続柄が「世帯主」の{row}人目の氏名が異なります。",
        "どちらが正しいか確認してください。",
    ),
    "number.twice": ("{first}人目と同じ番号です。", "どちらの番号か、個人番号カードなどで確認してください。"),
    "foreign.japanese": (
        "国籍が日本ですが、在留に関する欄に記入があります。",
        "記入内容を確認してください。",
    ),
    "foreign.missing": (
        "外国人住民の方に必要な項目ですが、記入がありません。",
        "在留カードで確認してください。",
    ),
    "foreign.expired": ("在留期間の満了日を過ぎています。", "在留カードで更新の有無を確認してください。"),
    "foreign.no_end": ("在留期間の満了日の記入がありません。", "在留カードで確認してください。"),
    "foreign.alias": ("通称の記入がありますが、在留に関する欄が空欄です。", "記入内容を確認してください。"),
    "foreign.latin_name": (
        "氏名がローマ字ですが、在留に関する欄が空欄です。",
        "国籍・在留資格を確認してください。",
    ),
    "honseki.missing": ("日本国籍の方の本籍と筆頭者は両方必要です。", "転出証明書などで確認してください。"),
    "resident_code.not_needed": (
        "住民票コードは転入のときだけ記入する欄です（この届出は{type}）。",
        "誤記でないか確認してください。",
    ),
    # The application for a copy
    "subject.missing": ("記入がありません。", "どなたの証明書が必要か、請求者に確認してください。"),
    "subject.both": (
        "「請求者と同じ」に印がありますが、必要な方の欄にも記入があります。",
        "どなたの証明書か確認してください。",
    ),
    "copies.not_ticked": (
        "{seen}通と書かれていますが、「{certificate}」に印がありません。",
        "必要な証明書を確認してください。",
    ),
    "copies.zero": ("通数が0です。", "必要な通数を請求者に確認してください。"),
    "copies.many": ("{seen}通と多くなっています。", "通数を請求者に確認してください。"),
}
"""By code: what was seen, and what the operator does about it. Params of the finding fill the braces."""


def sentence(finding: Finding, form: FormDefinition) -> str:
    """What was seen and what to do, in Japanese, behind the field's label. It may hold personal data."""
    label = next((field.label for field in form.fields if field.id == finding.field_id), finding.field_id)
    return f"{label}：{remark(finding, form)}"


def remark(finding: Finding, form: FormDefinition, *, english: bool = False) -> str:
    """The same without the label, in Japanese or in English.

    A code that an older version stored and this one does not know is named as it is.
    """
    if finding.code not in SENTENCES:
        unknown = "Check the contents ({code})." if english else "内容を確認してください（{code}）。"
        return unknown.format(code=finding.code)
    if not english:
        return "".join(SENTENCES[finding.code]).format_map(finding.params)
    labels = {field.label: field.label_en for field in form.fields if field.label_en}
    params = {name: labels.get(text, text) for name, text in finding.params.items()}
    return " ".join(SENTENCES_EN[finding.code]).format_map(params)


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each code once per field, the first one heard."""
    by_key: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        by_key.setdefault((finding.code, finding.field_id), finding)
    return tuple(by_key.values())
