"""Common names with their readings, and towns by postal code, as data for invented people.

They are ordinary names of the country's most frequent ones; no entry is a particular person. Each line pairs
what is written with how it is read, so that kana always fits the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Word:
    """A part of a name: as written, and its reading in full-width katakana."""

    text: str
    kana: str


def _words(listed: str) -> tuple[Word, ...]:
    return tuple(Word(*entry.split(":")) for entry in listed.split())


def _codes(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


SURNAMES: Final = _words("""
佐藤:サトウ 鈴木:スズキ 高橋:タカハシ 田中:タナカ 伊藤:イトウ 渡辺:ワタナベ 山本:ヤマモト 中村:ナカムラ
小林:コバヤシ 加藤:カトウ 吉田:ヨシダ 山田:ヤマダ 佐々木:ササキ 山口:ヤマグチ 松本:マツモト
井上:イノウエ 木村:キムラ 林:ハヤシ 斎藤:サイトウ 清水:シミズ 山崎:ヤマザキ 森:モリ 池田:イケダ
橋本:ハシモト 阿部:アベ 石川:イシカワ 山下:ヤマシタ 中島:ナカジマ 石井:イシイ 小川:オガワ 前田:マエダ
岡田:オカダ 長谷川:ハセガワ 藤田:フジタ 後藤:ゴトウ 近藤:コンドウ 村上:ムラカミ 遠藤:エンドウ
青木:アオキ 坂本:サカモト 福田:フクダ 太田:オオタ 西村:ニシムラ 藤井:フジイ 金子:カネコ 岡本:オカモト
藤原:フジワラ 中野:ナカノ 三浦:ミウラ 原田:ハラダ 松田:マツダ 竹内:タケウチ 小野:オノ 中山:ナカヤマ
田村:タムラ 和田:ワダ 森田:モリタ 石田:イシダ 上田:ウエダ 柴田:シバタ 酒井:サカイ 工藤:クドウ
横山:ヨコヤマ 宮崎:ミヤザキ 内田:ウチダ 高木:タカギ 安藤:アンドウ 谷口:タニグチ 大野:オオノ
丸山:マルヤマ 今井:イマイ 河野:コウノ 武田:タケダ 小島:コジマ 村田:ムラタ 上野:ウエノ 杉山:スギヤマ
増田:マスダ 平野:ヒラノ 千葉:チバ 久保:クボ 野口:ノグチ 渡邉:ワタナベ 髙橋:タカハシ 齋藤:サイトウ
山﨑:ヤマザキ
""")

MEN: Final = _words("""
翔太:ショウタ 健太:ケンタ 大輔:ダイスケ 直樹:ナオキ 拓也:タクヤ 和也:カズヤ 誠:マコト 健一:ケンイチ
浩二:コウジ 隆:タカシ 学:マナブ 剛:ツヨシ 達也:タツヤ 哲也:テツヤ 正樹:マサキ 裕介:ユウスケ 亮:リョウ
大樹:ダイキ 智也:トモヤ 修:オサム 茂:シゲル 清:キヨシ 勝:マサル 進:ススム 明:アキラ 博:ヒロシ 実:ミノル
一郎:イチロウ 太郎:タロウ
""")

WOMEN: Final = _words("""
美咲:ミサキ 愛:アイ 由美子:ユミコ 直美:ナオミ 久美子:クミコ 裕子:ユウコ 恵:メグミ 真由美:マユミ
智子:トモコ 陽子:ヨウコ 和子:カズコ 幸子:サチコ 洋子:ヨウコ 典子:ノリコ 綾:アヤ 千尋:チヒロ 麻衣:マイ
早紀:サキ 美穂:ミホ 加奈子:カナコ 京子:キョウコ 節子:セツコ 千代:チヨ 文子:フミコ 明美:アケミ
さくら:サクラ ひかり:ヒカリ あゆみ:アユミ
""")

BOYS: Final = _words("""
蓮:レン 陽翔:ハルト 湊:ミナト 樹:イツキ 悠真:ユウマ 大和:ヤマト 颯太:ソウタ 朝陽:アサヒ 蒼:アオイ
律:リツ 健人:ケント 優斗:ユウト 海斗:カイト 光:ヒカル 一輝:カズキ
""")

GIRLS: Final = _words("""
陽葵:ヒマリ 凛:リン 結菜:ユイナ 芽依:メイ 葵:アオイ 莉子:リコ 美月:ミヅキ 花:ハナ 心春:コハル
咲良:サクラ 結衣:ユイ 楓:カエデ ひなた:ヒナタ 七海:ナナミ 優奈:ユウナ
""")

HOUSES: Final = (
    "コーポ青葉",
    "メゾン橋本",
    "ハイツ光",
    "サンハイム",
    "グリーンコーポ",
    "パークハイツ",
    "第二山田ビル",
    "レジデンス中央",
)


@dataclass(frozen=True)
class Country:
    """A nationality as the residence card names it, and names common there; the family name comes first."""

    name: str
    families: tuple[Word, ...]
    men: tuple[Word, ...]
    women: tuple[Word, ...]


COUNTRIES: Final = (
    Country(
        "ベトナム",
        _words("NGUYEN:グエン TRAN:チャン LE:レ PHAM:ファム HOANG:ホアン"),
        _words("MINH:ミン TUAN:トゥアン NAM:ナム HUNG:フン"),
        _words("LAN:ラン HOA:ホア MAI:マイ LINH:リン"),
    ),
    Country(
        "フィリピン",
        _words("SANTOS:サントス REYES:レイエス CRUZ:クルス GARCIA:ガルシア"),
        _words("JOSE:ホセ MARK:マーク ANGELO:アンジェロ"),
        _words("MARIA:マリア ANNA:アンナ GRACE:グレース"),
    ),
    Country(
        "ブラジル",
        _words("SILVA:シルバ SOUZA:ソウザ OLIVEIRA:オリベイラ COSTA:コスタ"),
        _words("LUCAS:ルーカス PAULO:パウロ BRUNO:ブルーノ"),
        _words("ANA:アナ JULIA:ジュリア CAMILA:カミラ"),
    ),
    Country(
        "米国",
        _words("SMITH:スミス JOHNSON:ジョンソン BROWN:ブラウン MILLER:ミラー"),
        _words("JAMES:ジェームズ DAVID:デービッド ROBERT:ロバート"),
        _words("EMMA:エマ OLIVIA:オリビア SARAH:サラ"),
    ),
    Country(
        "ネパール",
        _words("SHRESTHA:シュレスタ GURUNG:グルン RAI:ライ THAPA:タパ"),
        _words("RAM:ラム BIKASH:ビカス SURESH:スレシュ"),
        _words("SITA:シタ GITA:ギタ ANJALI:アンジャリ"),
    ),
)

RESIDENCE_STATUSES: Final = ("永住者", "技術・人文知識・国際業務", "留学", "定住者", "特定技能1号")
"""Of the head of a household; the others stay as 家族滞在."""

HOME_CODES: Final = _codes("""
252-0101 252-0105 252-0116 252-0131 252-0132 252-0137 252-0143 252-0144 252-0202 252-0205 252-0206 252-0216
252-0221 252-0222 252-0223 252-0224 252-0225 252-0226 252-0227 252-0228 252-0231 252-0232 252-0233 252-0234
252-0235 252-0236 252-0237 252-0238 252-0239 252-0242 252-0243 252-0253 252-0301 252-0302 252-0303 252-0307
252-0311 252-0312 252-0314 252-0316 252-0317 252-0318 252-0321 252-0324 252-0328 252-0332 252-0333 252-0334
252-0344
""")
"""Towns of 相模原市 whose addresses have numbered blocks (丁目)."""

AWAY_CODES: Final = _codes("""
060-0041 154-0001 154-0022 156-0041 156-0044 194-0003 194-0012 194-0023 194-0215 195-0072 225-0002 225-0011
227-0052 227-0062 243-0014 243-0035 243-0218 252-0001 252-0014 252-0027 252-0029 273-0039 273-0041 305-0005
305-0031 330-0046 330-0062 330-0074 390-0812 390-0861 433-8111 464-0066 464-0850 560-0015 561-0824 721-0952
810-0021 810-0042 901-2206 901-2207 940-2145 980-0811
""")
"""Towns elsewhere in Japan whose addresses have numbered blocks."""
