"""The page of a site widget's channel has what is pasted into pages, and the sums in it are those of what is served."""

import base64
import hashlib
import html
import re

from tests.program import Program
from tests.web.panel.test_connecting import seated


async def test_the_page_of_the_channel_has_the_tag_its_sum_and_the_line_of_the_policy(
    program: Program,
) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    made = await desk.channel("web", {})
    shown = html.unescape((await browser.get(f"/panel/channels/{made}")).body.decode())
    public = re.search(r'<script src="([^"]+)/embed.js" data-assistant-id="([^"]+)" async></script>', shown)
    assert public is not None
    assert public[2] == desk.assistant_id
    assert f'href="/panel/settings/integration?assistant={desk.assistant_id}"' in shown
    assert f"script-src {public[1]}; connect-src {public[1]}; img-src {public[1]}" in shown
    served = await program.client.get("/embed.js")
    total = base64.b64encode(hashlib.sha384(served.body).digest()).decode()
    assert f'integrity="sha384-{total}" crossorigin="anonymous"' in shown
    assert served.headers["access-control-allow-origin"] == "*"


async def test_other_channels_have_no_tag(program: Program) -> None:
    desk = await program.desk()
    browser = await seated(program, desk)
    assert "embed.js" not in (await browser.get(f"/panel/channels/{desk.channel_id}")).body.decode()
