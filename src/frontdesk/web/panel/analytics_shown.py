"""The figures of the page Analytics in words: value, how it changed, what it counts, and the conversations behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from frontdesk.insight import figures
from frontdesk.insight.figures import Figures
from frontdesk.store.insight import Counted
from frontdesk.web.panel.settings_workspace import DESK
from frontdesk.web.panel.shell import Visit

MICROS = 1_000_000
SMALL = 0.05


@dataclass(frozen=True, slots=True)
class Figure:
    """`tone`: ok or bad where a change is one of the two. `path`: the conversations behind it.

    `mend`: the page on which to do something about an empty one, and what the link to it says.
    """

    name: str
    value: str
    change: str
    tone: str
    line: str
    path: str = ""
    mend: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Told:
    """The figures of a visit, with what is needed to put them into words."""

    visit: Visit
    found: Figures
    behind: Callable[..., str]
    asks_rating: bool = True

    def every(self) -> list[Figure]:
        shown = [
            self._conversations(),
            self._by_bot(),
            self._handed(),
            self._satisfaction(),
            self._wait(),
            self._first(),
            self._closed(),
        ]
        return [*shown, cost] if (cost := self._cost()) is not None else shown

    @property
    def now(self) -> Counted:
        return self.found.now.total

    @property
    def before(self) -> Counted:
        return self.found.before

    def percent(self, share: float | None) -> str:
        return self._nothing if share is None else self.say("percent", n=self.number(round(100 * share)))

    def say(self, key: str, **values: object) -> str:
        return self.visit.say(f"analytics.{key}", None, **values)

    def number(self, value: float) -> str:
        return str(self.visit.number(value))

    @property
    def _nothing(self) -> str:
        return self.say("nothing")

    def _conversations(self) -> Figure:
        change = ""
        if self.before.conversations:
            grown = self.now.conversations / self.before.conversations - 1
            change = self._signed(round(100 * grown), "percent")
        a_day = self.now.conversations / self.found.period.days
        line = self.say("a_day", n=self.number(round(a_day, 1)))
        path = self.behind() if self.now.conversations else ""
        return Figure(self.say("conversations"), self.number(self.now.conversations), change, "", line, path)

    def _by_bot(self) -> Figure:
        share = figures.share(self.now.bot, figures.ended(self.now))
        former = figures.share(self.before.bot, figures.ended(self.before))
        change = ""
        if share is not None and former is not None:
            change = self._signed(round(100 * (share - former)), "points")
        line = self.say(
            "bot_line",
            confirmed=self.number(self.now.confirmed),
            silent=self.number(self.now.silent),
            unsolved=self.number(self.now.unsolved),
        )
        path = self.behind(ended="bot") if self.now.bot else ""
        return Figure(self.say("by_bot"), self.percent(share), change, "", line, path)

    def _handed(self) -> Figure:
        share = figures.share(self.now.handed, self.now.conversations)
        former = figures.share(self.before.handed, self.before.conversations)
        change = ""
        if share is not None and former is not None:
            change = self._signed(round(100 * (share - former)), "points")
        late = self.now.handed - self.now.reached
        line = self.say("handed_line", reached=self.number(self.now.reached), late=self.number(late))
        path = self.behind(handed="all") if self.now.handed else ""
        return Figure(self.say("by_handing"), self.percent(share), change, "", line, path)

    def _first(self) -> Figure:
        times, former = self.found.times, self.found.times_before
        path = self.behind(ended="person") if times.first_p50_s is not None else ""
        return self._median("first", (times.first_p50_s, times.first_p90_s), former.first_p50_s, path)

    def _closed(self) -> Figure:
        times, former = self.found.times, self.found.times_before
        path = self.behind(closed="1") if self.now.closed else ""
        return self._median("close", (times.closed_p50_s, times.closed_p90_s), former.closed_p50_s, path)

    def _median(
        self, name: str, seconds: tuple[float | None, float | None], former: float | None, path: str
    ) -> Figure:
        median, most = seconds
        if median is None:
            return Figure(self.say(name), self._nothing, "", "", self.say(f"{name}_none"))
        change, tone = "", ""
        if former is not None:
            change, tone = self._sign(former - median, duration(abs(median - former)))
        return Figure(
            self.say(name), duration(median), change, tone, self.say("wait_line", most=duration(most)), path
        )

    def questions(self, answered: int, unanswered: int, path: str) -> Figure:
        """`path`: where those without an answer are listed."""
        asked = answered + unanswered
        line = self.visit.say("analytics.asked_line", asked, none=self.number(unanswered))
        mend = (path, self.say("gaps")) if unanswered and path else ("", "")
        return Figure(
            self.say("asked"), self.percent(figures.share(answered, asked)), "", "", line, mend=mend
        )

    def _wait(self) -> Figure:
        median, former = self.now.wait_p50_s, self.before.wait_p50_s
        change, tone = "", ""
        if median is not None and former is not None:
            change, tone = self._sign(former - median, duration(abs(median - former)))
        late = self.now.handed - self.now.reached
        line = (
            self.say("wait_none")
            if median is None
            else self.say("wait_line", most=duration(self.now.wait_p90_s))
        )
        if late:
            line = f"{line} · {self.visit.say('analytics.unreached', late)}"
        value = self._nothing if median is None else duration(median)
        path = self.behind(handed="reached") if self.now.reached else ""
        return Figure(self.say("wait"), value, change, tone, line, path)

    def _satisfaction(self) -> Figure:
        stars, former = figures.stars(self.now), figures.stars(self.before)
        change, tone = "", ""
        if stars is not None and former is not None:
            change, tone = self._sign(stars - former, self.number(abs(round(stars - former, 1))), up=True)
        rated = figures.share(self.now.rated, self.now.conversations)
        line = self.visit.say("analytics.ratings", self.now.rated, share=self.percent(rated))
        value = self._nothing if stars is None else self.number(round(stars, 1))
        if not (self.now.rated or self.asks_rating):
            return Figure(self.say("satisfaction"), value, "", "", self.say("not_asked"), mend=self._desk())
        path = self.behind(rated="1") if self.now.rated else ""
        return Figure(self.say("satisfaction"), value, change, tone, line, path)

    def _desk(self) -> tuple[str, str]:
        return (DESK, self.say("ask")) if self.visit.actor.may("workspace.write") else ("", "")

    def _cost(self) -> Figure | None:
        spent, former = self.found.spent, self.found.spent_before
        if spent is None or not spent.answers:
            return None
        if not spent.cost_micros:
            line = self.say("tokens_line")
            return Figure(self.say("tokens"), self.number(spent.tokens), "", "", line)
        cost = spent.cost_micros / MICROS
        change = ""
        if former is not None and former.cost_micros:
            change = self._signed(round(cost - former.cost_micros / MICROS, 2), "plain")
        a_talk = cost / self.now.conversations if self.now.conversations else 0.0
        line = self.say("cost_line", n=self.number(round(a_talk, 4)))
        return Figure(self.say("cost"), self.number(round(cost, 2)), change, "", line)

    def _signed(self, value: float, unit: str) -> str:
        sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "\N{PLUS-MINUS SIGN}"
        return sign + self.say(unit, n=self.number(abs(value)))

    def _sign(self, better: float, shown: str, *, up: bool = False) -> tuple[str, str]:
        """The change with its sign, which for what should be small is that of the wait itself."""
        if abs(better) < SMALL:
            return f"\N{PLUS-MINUS SIGN}{shown}", ""
        rises = better > 0 if up else better < 0
        return ("+" if rises else "\N{MINUS SIGN}") + shown, "ok" if better > 0 else "bad"


def duration(seconds: float | None) -> str:
    """Minutes and seconds, or hours and minutes and seconds."""
    whole = round(seconds or 0)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def linking(path: str, chosen: dict[str, str]) -> Callable[..., str]:
    """Writes addresses of the conversations behind a figure, of the same days and filters."""

    def behind(**which: object) -> str:
        return f"{path}?{urlencode({**chosen, **{name: str(value) for name, value in which.items()}})}"

    return behind
