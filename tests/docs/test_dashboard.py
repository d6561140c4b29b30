"""The dashboard for Grafana asks for measures that there are, by labels that they have, and leaves none out."""

import json
import re
from pathlib import Path
from typing import Any

from frontdesk.core.meter import MEASURES, Histogram
from frontdesk.web.metrics import GAUGES

FILE = Path(__file__).parents[2] / "deploy" / "grafana" / "frontdesk.json"
BOARD: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
OF_PROMETHEUS = {"instance", "le"}
"""Labels that are put on by whoever scrapes, and by histograms."""


def series() -> dict[str, tuple[str, set[str]]]:
    """Name of a series -> its measure and labels."""
    found = {gauge.name: (gauge.name, {*gauge.labels}) for gauge in GAUGES}
    for measure in MEASURES:
        suffixes = ("_bucket", "_sum", "_count") if isinstance(measure, Histogram) else ("",)
        found |= {measure.name + end: (measure.name, {*measure.labels}) for end in suffixes}
    return found


def asked(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:frontdesk|process)_\w+", expression))


def test_every_question_is_about_a_series_that_there_is_and_its_labels() -> None:
    known = series()
    for panel in PANELS:
        for target in panel["targets"]:
            names = asked(target["expr"])
            assert names, target
            assert names <= set(known), target
            labels = set[str]().union(*(known[name][1] for name in names)) | OF_PROMETHEUS
            by = {
                label
                for group in re.findall(r"by \(([^)]*)\)", target["expr"])
                for label in group.split(", ")
            }
            assert by <= labels, target
            assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= by, target


def test_every_measure_is_on_a_panel() -> None:
    known = series()
    shown = {known[name][0] for panel in PANELS for each in panel["targets"] for name in asked(each["expr"])}
    assert shown == {measure for measure, _ in known.values()}


def test_its_panels_have_numbers_and_places_of_their_own() -> None:
    panels = BOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len({*places}) == len(places)
