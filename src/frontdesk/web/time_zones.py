"""The time zones that people choose from, by area: one for each place that keeps a time of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

UTC = "UTC"


@dataclass(frozen=True, slots=True)
class Zone:
    """`id` is the IANA name; `label` what people look for, the place first."""

    id: str
    label: str


@cache
def areas() -> Mapping[str, tuple[Zone, ...]]:
    found: dict[str, list[Zone]] = {}
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        name = line.split("\t")[2]
        area, _, place = name.partition("/")
        region, _, town = place.replace("_", " ").rpartition("/")
        found.setdefault(area, []).append(Zone(name, f"{town} ({region})" if region else town))
    return {area: tuple(sorted(found[area], key=lambda zone: zone.label)) for area in sorted(found)}


@cache
def known() -> frozenset[str]:
    return frozenset({UTC, *(zone.id for zones in areas().values() for zone in zones)})
