"""What the page on data protection says of periods is what the program does."""

import re

from tests.docs.test_docs import read

from frontdesk.access import sessions
from frontdesk.app.settings import Settings
from frontdesk.store import trims

PAGE = "operate/security.md"


def test_periods_are_those_of_the_settings() -> None:
    told = {name: int(days) for days, name in re.findall(r"\| (\d+) days \| `(KEEP_\w+)` \|", read(PAGE))}
    kept = {
        name.upper(): field.default
        for name, field in Settings.model_fields.items()
        if name.startswith("keep_")
    }
    assert told == kept


def test_what_no_setting_changes_is_as_the_code_has_it() -> None:
    page = read(PAGE)
    assert f"| what was put into the bin | {trims.BIN_DAYS} days |" in page
    assert f"| {trims.IDEMPOTENCY_HOURS} hours |" in page
    assert (
        f"({sessions.IDLE.total_seconds() / 3600:.0f} hours unused, {sessions.ABSOLUTE.days} days at most)"
        in page
    )


def test_each_law_and_each_kind_of_trouble_has_its_section() -> None:
    assert {"GDPR", "CCPA", "PCI DSS", "HIPAA"} <= set(re.findall(r"^## (.+)$", read(PAGE), re.MULTILINE))
    kinds = re.findall(r"^### (.+)$", read("troubleshooting.md"), re.MULTILINE)
    assert kinds[:4] == [
        "It is not let in",
        "Data does not match",
        "A webhook does not arrive",
        "It is slow, or holds you back",
    ]
