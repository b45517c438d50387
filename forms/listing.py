"""A form in words: what `tenki form show` prints and `tenki form fields --json` lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms.definition import Box, Field, FormDefinition, Kind, Policy

KIND_WORDS: Mapping[Kind, str] = {
    Kind.NAME: "氏名",
    Kind.KANA: "フリガナ",
    Kind.DATE: "年月日",
    Kind.POSTAL_CODE: "郵便番号",
    Kind.ADDRESS: "住所",
    Kind.PHONE: "電話番号",
    Kind.DIGITS: "数字",
    Kind.AMOUNT: "金額",
    Kind.MY_NUMBER: "個人番号",
    Kind.RESIDENCE_CARD: "在留カード番号",
    Kind.MUNICIPALITY_CODE: "市区町村コード",
    Kind.TICKS: "✓を付ける欄",
    Kind.CIRCLE: "○で囲む欄",
    Kind.STAMP: "押印",
    Kind.RELATION: "続柄",
    Kind.TEXT: "文字",
}

ROUTE_WORDS = {"auto": "自動確定", "check": "必ず目視確認", "blind": "画像だけを見て入力"}

RULE_WORDS: Mapping[str, str] = {
    "not_future": "今日より後の日付は指摘する",
    "plausible_age": "120歳を超える生年月日は注意する",
    "exact_length": "桁数が足りないときは指摘する",
    "agent_letter": "代理人のときは委任状の確認を促す",
    "copies_ordered": "印のある証明書と通数が合うか確かめる",
    "foreign_rows": "外国人住民の項目がそろっているか確かめる",
    "honseki_for_japanese": "転入する日本国籍の方の本籍と筆頭者を確かめる",
    "kana_fits": "フリガナと氏名の長さや文字が合うか確かめる",
    "relation_fits_sex": "続柄と性別が合うか確かめる",
    "moving_date": "異動日と届出日の前後、14日の期限を確かめる",
    "municipalities": "届出の種類と住所の市区町村が合うか確かめる",
    "notifier_is_listed": "本人による届出では、届出人が異動者の中にいるか確かめる",
    "numbers_differ": "同じ番号が二人に書かれていないか確かめる",
    "one_head": "世帯主が一人で、氏名が一致するか確かめる",
    "persons_listed": "一人以上記入されているか確かめる",
    "postal_agrees": "郵便番号と住所が合うか確かめる",
    "resident_code_on_tennyu": "転入以外で住民票コードが書かれていれば注意する",
    "subject_named": "どなたの証明書かが書かれているか確かめる",
}


def explained(form: FormDefinition) -> str:
    """The form in Japanese for the people of a department: fields, who looks at them, rules."""
    lines = [f"{form.title}（{form.form} 第{form.version}版）", form.about, ""]
    lines += [line for field in form.single_fields for line in _explained(form, field, field.id)]
    for table in form.tables:
        lines += ["", f"【{table.label}】{table.rows}人分（{table.id}.1 ～ {table.id}.{table.rows}）"]
        lines += [
            line for field in table.fields for line in _explained(form, field, f"{table.id}.n.{field.id}")
        ]
    lines += ["", "【項目をまたぐ確認】"]
    lines += [f"・{RULE_WORDS[rule.rule]}（{'、'.join(rule.params.values())}）" for rule in form.rules]
    return "\n".join(lines) + "\n"


def _explained(form: FormDefinition, field: Field, field_id: str) -> Iterator[str]:
    if field.section:
        yield f"【{field.section}】"
    yield f"・{field.label}（{field_id}）: {'、'.join(_properties(form, field))}"
    if field.hint:
        yield f"    {field.hint}"


def _properties(form: FormDefinition, field: Field) -> Iterator[str]:
    yield KIND_WORDS[field.kind]
    if field.comb:
        yield f"{field.comb.cells}マス"
    if field.options:
        yield "／".join(option.value for option in field.options)
    if field.required:
        yield "必須"
    if field.required_when:
        other = form.field(field.required_when.field)
        yield f"{other.label}が{'・'.join(field.required_when.values)}のとき必須"
    yield from (RULE_WORDS[rule] for rule in field.rules)
    yield "市役所記入欄" if field.office else _policy(field.policy)
    if field.target is None and not field.office:
        yield "登録先へ転記しない"


def _policy(policy: Policy) -> str:
    words = ROUTE_WORDS[policy.route]
    if policy.route == "auto":
        words += "" if policy.error_cost == 1 else f"（誤りの重み{policy.error_cost:g}）"
    return words + ("・別の職員が再確認" if policy.second_check else "")


def field_list(form: FormDefinition) -> list[dict[str, Any]]:
    """Every field with id, label, kind, page and box; options, date parts and comb cells where it has them.

    Boxes are in mm, ``{x, y, width, height}`` from the page's top left corner.
    """
    return [_listed(field) for field in form.fields]


def _listed(field: Field) -> dict[str, Any]:
    listed: dict[str, Any] = {
        "id": field.id,
        "label": field.label,
        "kind": field.kind.value,
        "page": field.page,
        "box_mm": _box(field.box),
        "required": field.required,
        "office": field.office,
    }
    if field.options:
        listed["options"] = [
            {"value": option.value, "label": option.label, "box_mm": _box(option.box)}
            for option in field.options
        ]
    if field.parts:
        listed["parts_mm"] = {name: _box(box) for name, box in field.parts.items()}
    if field.comb:
        listed["cells_mm"] = [_box(box) for box in field.cell_boxes]
    return listed


def _box(box: Box) -> dict[str, float]:
    lengths = {"x": box.x_mm, "y": box.y_mm, "width": box.width_mm, "height": box.height_mm}
    return {name: round(length_mm, 2) for name, length_mm in lengths.items()}
