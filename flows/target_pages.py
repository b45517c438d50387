"""Pages to look at in a browser: a dry run, picture by picture, with what was done at each numbered place."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forms.definition import FormDefinition
    from robots.definition import TargetDefinition
    from robots.dry import DryPage, DryRun

HEAD = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.6 "BIZ UDPGothic", "Noto Sans CJK JP", sans-serif; margin: 0 auto; max-width: 1500px;
  padding: 1.5rem; color: #1a1a1a; background: #fff }}
h1 {{ font-size: 1.4rem }} h2 {{ font-size: 1.1rem; border-left: 6px solid #0017c1; padding-left: .6rem }}
.page {{ display: grid; grid-template-columns: minmax(0, 3fr) minmax(16rem, 1fr); gap: 1.5rem }}
img {{ width: 100%; border: 1px solid #949494 }} li.bad, .bad {{ color: #ce0000; font-weight: bold }}
table {{ border-collapse: collapse }} td, th {{ border: 1px solid #949494; padding: .2rem .6rem }}
</style></head><body>
"""


def dry_page(run: DryRun, target: TargetDefinition, form: FormDefinition) -> str:
    """The whole run as one page; the pictures lie beside it."""
    headline = escape(f"{target.title} 「{form.title}」の試行")
    parts = [HEAD.format(title=headline), f"<h1>{headline}</h1>"]
    parts.append("<p>見本の値を入力し、登録のボタンを押す手前で止めました。何も登録されていません。</p>")
    parts += (_page(page, number, target) for number, page in enumerate(run.pages, start=1))
    parts.append("<h2>確認画面の値</h2><table><tr><th>項目</th><th>入力した値</th><th>画面の値</th></tr>")
    for check in run.checks:
        label = "受付番号" if check.field == "reception_number" else form.field(check.field).label
        bad = "" if check.same else " class=bad"
        cells = "".join(f"<td{bad}>{escape(text)}</td>" for text in (label, check.expected, check.seen))
        parts.append(f"<tr>{cells}</tr>")
    return "\n".join([*parts, "</table></body></html>\n"])


def _page(page: DryPage, number: int, target: TargetDefinition) -> str:
    from robots.places import KINDS
    from robots.telling import PLACES, title_of

    def words(act: str) -> str:
        kind, _, text = act.partition(" ")
        return PLACES[kind].format(text) if kind in KINDS and kind in PLACES else act

    acts = "".join(f"<li>{escape(words(act))}</li>" for act in page.acts[:-1])
    last = escape(words(page.acts[-1]))
    picture = f"{number:02d}-{page.screen}.png"
    return (
        f"<h2>{number}. {escape(title_of(target, page.screen))}</h2><div class=page>"
        f'<img src="{escape(picture)}" alt="{escape(page.screen)}の画面">'
        f"<div><ol>{acts}</ol><p>→ {last}</p></div></div>"
    )
