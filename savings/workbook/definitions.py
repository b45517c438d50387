"""定義: what each figure means and by what rule the clock runs."""

from __future__ import annotations

from dataclasses import replace

from savings import words
from savings.indicators import Average
from savings.report import Report
from savings.workbook.grid import Grid, lines_needed
from savings.workbook.style import BODY, TITLE, WRAPPED

TERMS = {
    "削減率": (
        "（導入前の時間 − 導入後の時間）÷ 導入前の時間。"
        "職員の時間だけで計算し、時間が増えた場合は負の値（赤字）で示します。"
    ),
    "導入前の時間": (
        "導入前の方法を計った1件当たりの平均 × 期間内の入力済件数。"
        "計時の数 n、計時日、計時者を「業務別」シートに示します。"
    ),
    "導入後の時間": (
        "準備、スキャン、確認・訂正、再確認、突合、例外対応、再実行、最終確認、ロボット保守にかかった"
        "職員の時間の合計。返戻や登録拒否になった用紙にかけた時間も含みます。"
    ),
    "ロボットの稼働時間": (
        "参考として別に示し、職員の時間には含めません。"
        "ロボットが入力した内容を人が確かめた時間は、職員の時間に含めます。"
    ),
    "件数": (
        "受付は取り込んだ用紙の枚数、入力済は登録先のシステムに入力し、読み戻して一致を確かめた件数です。"
        "入力済は、最初に確かめた月に数えます。"
    ),
    "計時の規則": (
        "導入前も導入後も、職員が用紙や画面に取りかかってから手を離すまでを計ります。"
        "中断した時間は除き、画面の時計は一定時間（サイト設定の秒数）操作がないと止まります。"
    ),
    "画面の外の工程": (
        "準備やスキャンなど画面では計れない工程は、その月の記録があればその記録を、"
        "なければ計時した1枚当たりの分 × 受付枚数を使います。"
    ),
    "根拠": (
        "実測＝画面の時計またはストップウォッチで計った値。記録＝作業した職員が書き留めた値。"
        "見本値＝仮の値で、実測ではありません。"
    ),
    "見本値の扱い": (
        "見本値が一つでも入る数値には「見本値」と付します。"
        "導入前の計時に実測が入った業務では、見本の計時を使いません。"
    ),
    "削減率を出さない業務": (
        "導入前の計時がない業務、入力済の件がない業務、導入後の時間の記録がない業務は"
        "削減率を出さず、平均から除いて名前を示します。"
    ),
    "95％区間": (
        "計時のばらつきから求めた平均の信頼区間（t分布）です。"
        "削減率の区間は、導入前の平均が区間の下限・上限だった場合の値です。"
    ),
    "年度": "4月1日から翌年3月31日まで。今年度導入の業務とは、導入日がこの期間に入る業務です。",
}


def fill(grid: Grid, report: Report) -> None:
    grid.widths(26, 118)
    grid.put(1, 1, "定義と計時の規則", replace(TITLE, size=14))
    grid.heads(3, ("用語", "意味"), 22)
    terms = TERMS | _averages(report) | {"判定": _marks(report)}
    for row, (term, meaning) in enumerate(terms.items(), 4):
        grid.put(row, 1, term, replace(BODY, bold=True))
        grid.put(row, 2, meaning, WRAPPED)
        grid.height(row, 14 * lines_needed(meaning, 116) + 8)
    grid.sheet.freeze_panes = "A4"


def _averages(report: Report) -> dict[str, str]:
    chosen = {report.plan.average: "計画の指標です。"}
    return {
        words.AVERAGES[which]: words.AVERAGE_DEFINITIONS[which] + chosen.get(which, "") for which in Average
    }


def _marks(report: Report) -> str:
    share = f"{report.plan.close_from:.0%}".replace("%", "％")
    return (
        f"○＝目標に達した。△＝目標の{share}以上、または達したが数値のそろわない業務がある。"
        f"×＝目標の{share}未満。—＝目標か数値がない、または年度途中のため判定しない。"
    )
