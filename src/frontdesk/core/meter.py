"""What this process counts and times, for `/metrics`: every measure is declared here, with its labels.

Rooms call `add` and `took`; the web room writes them out. A label's value is a word of the program (a route's template,
a plug-in's id, an outcome), never anything that a customer, an author or another system said.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper edges of the buckets of every histogram, in seconds."""
MOST_SERIES = 5_000
"""Of one measure; what would be more is counted under `other`, so that no mistake here fills the memory."""

Values = tuple[str, ...]


class Measure:
    """A name, what it means, and the names of its labels."""

    kind = ""

    def __init__(self, name: str, meaning: str, labels: Values = ()) -> None:
        self.name = name
        self.meaning = meaning
        self.labels = labels

    def _known(self, values: Values, series: dict[Values, list[float]] | dict[Values, float]) -> Values:
        return values if values in series or len(series) < MOST_SERIES else ("other",) * len(self.labels)

    def lines(self) -> Iterator[tuple[str, str, Values, float]]:
        """Every sample: what follows the name, further labels as they are written, values of labels, the number."""
        raise NotImplementedError


class Counter(Measure):
    """What only grows."""

    kind = "counter"

    def __init__(self, name: str, meaning: str, labels: Values = ()) -> None:
        super().__init__(name, meaning, labels)
        self._series: dict[Values, float] = defaultdict(float)

    def add(self, *values: str, by: float = 1.0) -> None:
        """Count `by` more under these values of the labels."""
        self._series[self._known(values, self._series)] += by

    def lines(self) -> Iterator[tuple[str, str, Values, float]]:
        """One sample for each series."""
        for values, number in sorted(self._series.items()):
            yield "", "", values, number


class Histogram(Measure):
    """How long something takes, in seconds."""

    kind = "histogram"

    def __init__(self, name: str, meaning: str, labels: Values = ()) -> None:
        super().__init__(name, meaning, labels)
        self._series: dict[Values, list[float]] = {}

    def took(self, *values: str, seconds: float) -> None:
        """One more that took so long."""
        known = self._known(values, self._series)
        series = self._series.setdefault(known, [0.0] * (len(BOUNDS_S) + 2))
        series[bisect_left(BOUNDS_S, seconds)] += 1
        series[-1] += seconds

    def lines(self) -> Iterator[tuple[str, str, Values, float]]:
        """Buckets, sum and count of each series."""
        for values, series in sorted(self._series.items()):
            within = 0.0
            for bound, number in zip((*map(str, BOUNDS_S), "+Inf"), series, strict=False):
                within += number
                yield "_bucket", f'le="{bound}"', values, within
            yield "_sum", "", values, series[-1]
            yield "_count", "", values, within


class Gauge(Counter):
    """How many there are of something just now."""

    kind = "gauge"

    def more(self, *values: str) -> None:
        """One has begun."""
        self.add(*values)

    def less(self, *values: str) -> None:
        """One is over."""
        self.add(*values, by=-1.0)


HTTP_REQUESTS = Counter("frontdesk_http_requests_total", "Requests answered.", ("method", "route", "status"))
HTTP_SECONDS = Histogram(
    "frontdesk_http_request_seconds", "From a request's head to the end of its answer.", ("method", "route")
)
HTTP_OPEN = Gauge(
    "frontdesk_open_streams",
    "WebSockets (`socket`) and streams of events (`events`) open in this process.",
    ("kind",),
)
FEED_SECONDS = Histogram(
    "frontdesk_feed_seconds", "From the word that something is new to its being handed to the live streams."
)
TURNS = Counter(
    "frontdesk_turns_total",
    "Messages handled: `answered`, `stale` (done again, something had changed), `postponed`, `failed`, `parked`,"
    " `cut_off`.",
    ("outcome",),
)
TURN_SECONDS = Histogram(
    "frontdesk_turn_seconds",
    "One try at one message, from loading to the commit; `way` is `at_once` or `lane`.",
    ("way",),
)
MESSAGES = Counter(
    "frontdesk_messages_total",
    "Messages that turns and people's acts have written, by who said them.",
    ("author",),
)
DELIVERIES = Counter(
    "frontdesk_deliveries_total",
    "Tries at deliveries: `sent`, `again` (tried later), `failed` (given up), `not_tried`.",
    ("kind", "outcome"),
)
DELIVERY_SECONDS = Histogram("frontdesk_delivery_seconds", "One try at one delivery.", ("kind",))
JOBS = Counter(
    "frontdesk_jobs_total",
    "Jobs worked off: `done`, `again` (tried later), `failed` (given up).",
    ("job", "outcome"),
)
JOB_SECONDS = Histogram("frontdesk_job_seconds", "One try at one job.", ("job",))
EGRESS = Counter(
    "frontdesk_egress_requests_total",
    "Requests sent out: `2xx` to `5xx`, `timeout`, `failed` (no answer), `refused` (by our own rules).",
    ("purpose", "outcome"),
)
AI_CALLS = Counter(
    "frontdesk_ai_calls_total",
    "Questions put to an AI service; `outcome` is `ok` or the kind of trouble.",
    ("kind", "outcome"),
)
AI_SECONDS = Histogram("frontdesk_ai_call_seconds", "One question put to an AI service.", ("kind",))
AI_TOKENS = Counter("frontdesk_ai_tokens_total", "Tokens, `in` and `out`.", ("kind", "way"))
AI_FALLBACKS = Counter(
    "frontdesk_ai_fallbacks_total",
    "Questions that went on to another service after this kind failed.",
    ("kind",),
)
SPANS = Counter(
    "frontdesk_spans_total",
    "Parts of traces: `sent`, `lost` (the receiver did not take them), `dropped` (too many waited).",
    ("outcome",),
)

MEASURES: tuple[Measure, ...] = (
    HTTP_REQUESTS,
    HTTP_SECONDS,
    HTTP_OPEN,
    FEED_SECONDS,
    TURNS,
    TURN_SECONDS,
    MESSAGES,
    DELIVERIES,
    DELIVERY_SECONDS,
    JOBS,
    JOB_SECONDS,
    EGRESS,
    AI_CALLS,
    AI_SECONDS,
    AI_TOKENS,
    AI_FALLBACKS,
    SPANS,
)
"""Everything that is counted as it happens; what is looked up when asked is `web.metrics.GAUGES`."""
