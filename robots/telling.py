"""A definition, and what does not fit of it, in plain Japanese: for people who know the screens only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.definition import FormDefinition
from robots.checking import Lack, Misfit
from robots.definition import RECEPTION_NUMBER, EntryPage, FormEntry, TargetDefinition
from robots.fields import CONTROLS, Charset, FieldMap, Format, Missing
from robots.places import Locator, Step
from robots.plan import name_of
from robots.prints import Change, Difference

PLACES = {
    "label": "「{}」の欄",
    "button": "ボタン「{}」",
    "link": "リンク「{}」",
    "group": "「{}」の選択肢",
    "text": "「{}」という文字",
    "heading": "見出し「{}」",
    "selector": "CSSセレクター {}",
}

WORDS = {
    "operator": "職員番号",
    "password": "パスワード",
    "reception_number": "受付番号",
    "value": "その値",
    "file": "ファイル",
}

CONTROL_WORDS = dict(
    zip(
        CONTROLS,
        (
            "文字で入力",
            "分けて入力",
            "一覧から選択",
            "一つ選択",
            "チェック(複数可)",
            "チェック",
            "日付を分けて入力",
            "手順で入力",
            "Pythonで入力",
        ),
        strict=True,
    )
)

FORMAT_WORDS = {
    Format.FULL_WIDTH: "全角",
    Format.HALF_WIDTH: "英数字は半角",
    Format.HALF_KANA: "半角カナ",
    Format.KATAKANA: "全角カタカナ",
    Format.HIRAGANA: "ひらがな",
    Format.DIGITS_ONLY: "数字だけ(区切りなし)",
}

CHARSET_WORDS = {
    Charset.JIS_X_0208: "JIS第1・第2水準",
    Charset.CP932: "JIS第1・第2水準とNEC・IBM拡張",
    Charset.JIS_X_0213: "JIS第1〜第4水準",
}

MISSING_WORDS = {
    Missing.PERSON: "含まれる案件は、入力せずに人へ回す",
    Missing.GETA: "〓に置き換えて入力し、控えに残す",
    Missing.REPLACE: "決めた字に置き換えて入力し、控えに残す。決めのない字を含む案件は人へ回す",
}

LACKS: Mapping[Lack, str] = {
    Lack.MISSING: "{place}が見つかりません。画面の言葉を確かめ、定義を同じ言葉に直してください。",
    Lack.AMBIGUOUS: "{place}が{seen}か所あります。どちらか分かるように within か selector を加えてください。",
    Lack.OPTION: "{place}に「{seen}」がありません。options で画面の言葉に対応させてください。",
    Lack.LENGTH: "{place}に入るのは{seen}文字までです。max_length を直してください。",
    Lack.SCREEN: "この画面に進めませんでした({place} {seen})。手順を確かめてください。",
    Lack.MAPPING: "様式と定義が合いません: {place}",
}

CHANGES: Mapping[Change, str] = {
    Change.GONE: "なくなりました",
    Change.NEW: "新しくできました",
    Change.MOVED: "場所が変わりました",
    Change.OPTIONS: "選択肢が変わりました(なくなった: {before} / 加わった: {after})",
    Change.LENGTH: "入る文字数が変わりました({before} → {after})",
    Change.REQUIRED: "必須かどうかが変わりました",
}

KINDS_OF_THINGS = {
    "heading": "見出し",
    "button": "ボタン",
    "link": "リンク",
    "drop_down": "一覧",
    "radio": "選択肢",
    "checkbox": "チェック",
    "box": "欄",
}


def told(target: TargetDefinition, forms: Mapping[str, FormDefinition]) -> str:
    """The whole definition as numbered sentences."""
    return "\n".join(_lines(target, forms))


def place_words(place: Locator) -> str:
    """``button 登録`` → ボタン「登録」."""
    if place.cell:
        row = place.cell.row if place.cell.row.isdigit() else "各"
        words = f"表「{place.cell.table}」の{row}行目「{place.cell.column}」の欄"
    else:
        kind, _, text = str(place.model_copy(update={"within": None, "frame": None})).partition(" ")
        words = PLACES[kind].format(text)
    return (f"「{place.within}」の中の" if place.within else "") + words


def misfit_words(one: Misfit, target: TargetDefinition) -> str:
    """What does not fit, and what to do about it."""
    where = f"画面「{title_of(target, one.screen)}」: " if one.screen else ""
    return where + LACKS[one.lack].format(place=_named(one.place), seen=one.seen)


def difference_words(one: Difference) -> str:
    """What has changed on a screen."""
    what = f"{KINDS_OF_THINGS.get(one.kind, one.kind)}「{one.name}」"
    return f"{what}: {CHANGES[one.change].format(before=one.before or 'なし', after=one.after or 'なし')}"


def step_words(step: Step, target: TargetDefinition) -> str:
    """One step as a sentence."""
    place = place_words(step.place) if step.place else ""
    named = WORDS.get(step.with_ or "", step.with_ or "")
    screen = title_of(target, step.screen or "")
    if step.open is not None:
        return f"{step.open or '/'} を開く"
    if step.arrive:
        return f"画面「{screen}」が出るのを待ち、目印を確かめる"
    if step.wait_for:
        return f"担当者がサインインし、画面「{screen}」が出るのを待つ"
    if step.click:
        return f"{place}を押す" + ("(別の窓が開く)" if step.opens else "")
    if step.fill or step.choose or step.upload:
        return f"{place}に{named}を" + ("入力する" if step.fill else "選ぶ" if step.choose else "添付する")
    if step.tick:
        return f"{place}にチェックを付ける"
    if step.download:
        return f"{place}を押して、ファイルを受け取る"
    return "開いた窓を閉じる" if step.close else f"Pythonの {step.hook} を行う"


def title_of(target: TargetDefinition, screen: str) -> str:
    """What a person reads at the top of a screen."""
    known = target.screens.get(screen)
    return (known.heading if known else None) or screen


def _named(place: str) -> str:
    kind, _, text = place.partition(" ")
    return PLACES[kind].format(text) if kind in PLACES else place


def _lines(target: TargetDefinition, forms: Mapping[str, FormDefinition]) -> Iterator[str]:
    yield f"{target.title} ({target.target} 第{target.version}版)  {target.url}"
    yield ""
    if target.characters.set is not Charset.UNICODE:
        missing = MISSING_WORDS[target.characters.missing]
        yield f"使える文字: {CHARSET_WORDS[target.characters.set]}。ない字は、{missing}。"
    if target.hours:
        yield f"動かす時間: {target.hours.opens:%H:%M}から{target.hours.closes:%H:%M}まで"
    if target.contexts > 1:
        yield f"同時に入力する件数: {target.contexts}"
    yield from _numbered("サインイン", target.sign_in, target)
    yield from _numbered("照会(入力の前と後に必ず行う)", target.look_up.steps, target)
    nothing = place_words(target.look_up.nothing)
    yield f"   {nothing}が出れば未登録。一覧に出れば「{target.look_up.number}」を開いて読み戻す。"
    for name, entry in target.forms.items():
        yield ""
        yield f"■ {forms[name].title if name in forms else name}"
        yield from _numbered("入力画面を開く", entry.begin, target)
        for page in entry.pages:
            yield from _page(target, page, entry, forms.get(name))
        if entry.confirm:
            yield f"● 画面「{title_of(target, entry.confirm.screen)}」で、承認した値と一つずつ見比べる。"
        receipt = title_of(target, entry.receipt.screen)
        yield f"● {place_words(entry.final)}を1回だけ押す。画面「{receipt}」を待つ。"
        yield "● もう一度照会し、登録された値を一つずつ見比べ、値を塗りつぶした写真を残す。"
    if target.sign_out:
        yield ""
        yield from _numbered("サインアウト", target.sign_out, target)


def _numbered(title: str, steps: tuple[Step, ...], target: TargetDefinition) -> Iterator[str]:
    yield f"● {title}"
    for number, step in enumerate(steps, start=1):
        yield f"   {number}. {step_words(step, target)}。"


def _page(
    target: TargetDefinition, page: EntryPage, entry: FormEntry, form: FormDefinition | None
) -> Iterator[str]:
    yield f"● 画面「{title_of(target, page.screen)}」"
    labels = {name_of(one): one.label for one in form.fields if not one.row or one.row == 1} if form else {}
    labels[RECEPTION_NUMBER] = "受付番号"
    for name, mapped in page.fields.items():
        yield f"   {labels.get(name, name)} → {_field(mapped)}"
    for table, columns in page.tables.items():
        yield f"   一行ごとに({(columns.add_row and place_words(columns.add_row)) or '画面にある行へ'})"
        for name, mapped in columns.fields.items():
            label = labels.get(f"{table}.{name}", name)
            yield f"     {label} → {any_row(_field(mapped))}"
    if page.next and page.next != entry.final:
        yield f"   {place_words(page.next)}を押す。"


def any_row(text: str) -> str:
    """Words for a row, whichever it is."""
    return text.replace("{row}", "○").replace("{row0}", "○")


def _field(mapped: FieldMap) -> str:
    where = mapped.named or mapped.shown_as
    place = place_words(where) if isinstance(where, Locator) else f"「{where}」"
    notes = [CONTROL_WORDS[mapped.control]]
    notes += [FORMAT_WORDS[mapped.as_]] if mapped.as_ in FORMAT_WORDS else []
    notes += [f"{mapped.max_length}文字まで"] if mapped.max_length else []
    notes += [f"書き方 {mapped.written}"] if mapped.written else []
    notes += [f"{ours}は「{theirs}」" for ours, theirs in mapped.options.items()]
    return f"{place}({'、'.join(notes)})"
