"""How often somebody tried to sign in, across all processes: counted before a password is looked at.

`who` is a keyed hash of what is held back: an e-mail address, a network address, an account's codes. The rows are
the installation's; before somebody has signed in there is no workspace. Called by `access`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from frontdesk.core.actor import NOWHERE
from frontdesk.store.connect import Store, across_workspaces


@dataclass(frozen=True, slots=True)
class Held:
    """`tries` with this one, which counts only when `free_at` is None: else nobody looks before then."""

    tries: int
    free_at: datetime | None


# A try that comes before `free_at` is not counted, so that whoever waits as told gets their turn.
_COUNT = text("""
    INSERT INTO sign_in_tries AS t (who, tries, last_at, free_at)
    VALUES (:who, 1, :now, NULL)
    ON CONFLICT (who) DO UPDATE SET
        tries = CASE WHEN t.last_at <= :forgotten_before THEN 1 ELSE t.tries + 1 END,
        last_at = EXCLUDED.last_at,
        free_at = CASE WHEN t.last_at > :forgotten_before AND t.tries + 1 >= CAST(:most AS integer)
                       THEN EXCLUDED.last_at
                            + least(CAST(:longest AS interval),
                                    CAST(:first AS interval) * power(2, least(t.tries + 1 - CAST(:most AS integer), 20)))
                  END
    WHERE t.free_at IS NULL OR t.free_at <= EXCLUDED.last_at
    RETURNING tries""")
_FREE_AT = text("SELECT tries, free_at FROM sign_in_tries WHERE who = :who AND free_at > :now")
_FORGET = text("DELETE FROM sign_in_tries WHERE who = :who")
_GIVE_BACK = text("""
    UPDATE sign_in_tries SET tries = tries - 1, free_at = CASE WHEN tries > :most THEN free_at END
    WHERE who = :who""")
_TRIM = text("DELETE FROM sign_in_tries WHERE last_at < :before")


@across_workspaces("who tries to sign in is nobody's yet")
async def count_try(
    store: Store,
    who: bytes,
    *,
    now: datetime,
    most: int,
    first: timedelta,
    longest: timedelta,
    forgotten_after: timedelta,
) -> Held:
    """One more try, or until when there is none.

    From the `most`-th on each one holds back the next: for `first`, then twice as long each time, `longest` at most.
    """
    values = {
        "who": who,
        "now": now,
        "most": most,
        "first": first,
        "longest": longest,
        "forgotten_before": now - forgotten_after,
    }
    async with store.unit_of_work(NOWHERE) as tx:
        tries = await tx.scalar(_COUNT, values)
        if tries is not None:
            return Held(tries, None)
        row = (await tx.execute(_FREE_AT, {"who": who, "now": now})).first()
    # Nobody is held back any more: somebody signed in between the two statements.
    return Held(1, None) if row is None else Held(row.tries, row.free_at)


@across_workspaces("who tries to sign in is nobody's yet")
async def forget_tries(store: Store, who: bytes) -> None:
    async with store.unit_of_work(NOWHERE) as tx:
        await tx.execute(_FORGET, {"who": who})


@across_workspaces("who tries to sign in is nobody's yet")
async def give_back_try(store: Store, who: bytes, *, most: int) -> None:
    """The last try was no guess."""
    async with store.unit_of_work(NOWHERE) as tx:
        await tx.execute(_GIVE_BACK, {"who": who, "most": most})


@across_workspaces("the rows are the installation's")
async def trim_tries(store: Store, *, before: datetime) -> None:
    async with store.unit_of_work(NOWHERE) as tx:
        await tx.execute(_TRIM, {"before": before})
