"""An assistant on a site's widget."""

from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE


async def widget_desk(program: Program) -> Desk:
    made = await program.desk(WIRE)
    await made.channel("web", {"title": "Northwind Audio"})
    program.forget_entrances()
    return made
