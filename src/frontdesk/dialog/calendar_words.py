"""Names of months, weekdays and near days, by language, as `lexicon.key` gives them. Called by `typed/date`."""

from collections.abc import Mapping

from frontdesk.dialog.lexicon import spoken

Table = Mapping[str, Mapping[str, int]]


def _numbered(text: str, first: int) -> dict[str, int]:
    """Lines of words for the same thing, numbered from `first`."""
    return {
        word: first + index for index, line in enumerate(text.strip().splitlines()) for word in line.split()
    }


MONTHS: Table = {
    "en": _numbered(
        """
        january jan
        february feb
        march mar
        april apr
        may
        june jun
        july jul
        august aug
        september sep sept
        october oct
        november nov
        december dec
        """,
        1,
    ),
    "ru": _numbered(
        """
        январь января янв
        февраль февраля фев февр
        март марта мар
        апрель апреля апр
        май мая
        июнь июня июн
        июль июля июл
        август августа авг
        сентябрь сентября сен сент
        октябрь октября окт
        ноябрь ноября ноя нояб
        декабрь декабря дек
        """,
        1,
    ),
    "uz": _numbered(
        """
        yanvar январ yanvarda
        fevral феврал fevralda
        mart март martda
        aprel апрел aprelda
        may май mayda
        iyun июн iyunda
        iyul июл iyulda
        avgust август avgustda
        sentabr sentyabr сентабр sentabrda
        oktabr oktyabr октабр oktabrda
        noyabr ноябр noyabrda
        dekabr декабр dekabrda
        """,
        1,
    ),
}

WEEKDAYS: Table = {
    "en": _numbered(
        """
        monday mon
        tuesday tue tues
        wednesday wed
        thursday thu thur thurs
        friday fri
        saturday sat
        sunday sun
        """,
        0,
    ),
    "ru": _numbered(
        """
        понедельник понедельника понедельнику пн
        вторник вторника вторнику вт
        среда среду среды среде ср
        четверг четверга четвергу чт
        пятница пятницу пятницы пятнице пт
        суббота субботу субботы субботе сб
        воскресенье воскресенья воскресенью вс
        """,
        0,
    ),
    "uz": _numbered(
        """
        dushanba dushanbada душанба душанбада
        seshanba seshanbada сешанба сешанбада
        chorshanba chorshanbada чоршанба чоршанбада
        payshanba payshanbada пайшанба пайшанбада
        juma jumada жума жумада
        shanba shanbada шанба шанбада
        yakshanba yakshanbada якшанба якшанбада
        """,
        0,
    ),
}
"""0 is Monday."""

NEAR_DAYS: Table = {
    "en": {"today": 0, "tonight": 0, "tomorrow": 1, "tmrw": 1, "yesterday": -1},
    "ru": {"сегодня": 0, "завтра": 1, "послезавтра": 2, "вчера": -1, "позавчера": -2},
    "uz": {
        **dict.fromkeys(["bugun", "бугун"], 0),
        **dict.fromkeys(["ertaga", "эртага"], 1),
        **dict.fromkeys(["indin", "indinga", "индин", "индинга"], 2),
        **dict.fromkeys(["kecha", "кеча"], -1),
    },
}
"""Days from today."""

NEAR_PHRASES: Mapping[tuple[str, ...], int] = {
    ("day", "after", "tomorrow"): 2,
    ("day", "before", "yesterday"): -2,
}

UNITS: Table = {
    "en": {"day": 1, "days": 1, "week": 7, "weeks": 7},
    "ru": {"день": 1, "дня": 1, "дней": 1, "неделю": 7, "недели": 7, "недель": 7},
    "uz": {
        **dict.fromkeys(["kundan", "кундан"], 1),
        **dict.fromkeys(["haftadan", "ҳафтадан", "хафтадан"], 7),
    },
}
"""Days that a unit of "in two days" has."""

IN = frozenset({"in", "через"})
"""Stands before a span that ends on the day that is meant: "in two days"."""

LATER = frozenset(
    [("from", "now"), ("from", "today"), ("later",), ("keyin",), ("song",), ("кейин",), ("сўнг",)]
)
"""Stands behind such a span: "two days from now"."""

NEXT = frozenset(
    [
        "next",
        "следующий",
        "следующая",
        "следующую",
        "следующее",
        "следующей",
        "keyingi",
        "kelasi",
        "кейинги",
        "келаси",
    ]
)
"""Makes a weekday that of the week after this one, which begins on Monday."""
WEEK = frozenset(
    [
        "week",
        "неделя",
        "неделе",
        "неделю",
        "недели",
        "hafta",
        "haftada",
        "haftaning",
        "ҳафта",
        "ҳафтада",
        "хафта",
    ]
)
"""What `NEXT` may stand before, with the weekday elsewhere: "friday next week"."""

TURNING = frozenset(
    [
        "not",
        "dont",
        "cant",
        "cannot",
        "wont",
        "except",
        "не",
        "кроме",
        "emas",
        "эмас",
        "last",
        "previous",
        "every",
        "each",
        "прошлый",
        "прошлая",
        "прошлую",
        "прошлое",
        "каждый",
        "каждую",
        "каждое",
        "otgan",
        "har",
        "ўтган",
        "ҳар",
    ]
)
"""Words that make a day another one, or none: "not tomorrow", "last friday"."""


def names(table: Table, language: str) -> dict[str, int]:
    """The words of all languages that are spoken along with this one."""
    found: dict[str, int] = {}
    for each in reversed(spoken(language)):
        found |= table[each]
    return found
