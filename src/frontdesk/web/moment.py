"""A moment as a request says it: RFC 3339 with an offset. Used by the models of `v1`."""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, AwareDatetime


def _in_utc(moment: datetime) -> datetime:
    """At either end of the calendar an offset leads out of it, where no clock and no database goes."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("this moment is beyond the calendar") from None


Moment: TypeAlias = Annotated[AwareDatetime, AfterValidator(_in_utc)]
