"""Ownership goes only where the table of moves lets it."""

from typing import TYPE_CHECKING, cast

import pytest

from frontdesk.core.errors import Bug
from frontdesk.turn.act import Acting

if TYPE_CHECKING:
    from frontdesk.core.conversation import Owner
    from frontdesk.store.directory import Entrance


def test_a_move_that_is_not_in_the_table_is_a_bug() -> None:
    acting = Acting(cast("Entrance", None), "conv_1", "vis_1", "jo", 0, "closed", "")
    with pytest.raises(Bug, match="from closed to nobody"):
        acting.own(cast("Owner", "nobody"))
    assert (acting.owner, acting.events) == ("closed", [])
