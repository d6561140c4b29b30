"""Where a conversation goes after a step: the answers a step can give. `engine` carries them out."""

from dataclasses import dataclass

from frontdesk.core.action import Need


@dataclass(frozen=True, slots=True)
class Next:
    """On to what follows: the step's own `next:`, otherwise the step below it."""


@dataclass(frozen=True, slots=True)
class Goto:
    """To a step of this flow, or with `flow` to another flow, which takes this one's place."""

    step: str = ""
    flow: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """This flow is over; what it interrupted or what ran it goes on."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Back to the interrupted question: this flow and those that ran it are over."""


@dataclass(frozen=True, slots=True)
class RunFlow:
    """Another flow runs, then this one goes on as `back` says."""

    flow: str
    back: "Next | Goto | End" = Next()


@dataclass(frozen=True, slots=True)
class Wait:
    """A question has been asked: the turn is over until the customer answers."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The flow goes on by itself after so many seconds."""

    after_s: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Something outside has to be asked before this step can end."""

    need: Need


@dataclass(frozen=True, slots=True)
class Left:
    """The bot has given the conversation away (to people, or closed it); every flow under way is dropped."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Something went wrong that the author has not provided for: the customer is told; this flow and those that ran
    it are over.
    """


Move = Next | Goto | End | Resume | RunFlow | Wait | Pause | Ask | Left | Failed
