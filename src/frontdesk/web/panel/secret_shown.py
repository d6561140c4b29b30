"""A secret that signs, shown by the answer that made it and by nothing else: in place of the form, or on a page."""

from starlette.responses import Response

from frontdesk.web.panel.shell import Visit


async def secret_shown(
    visit: Visit, name: str, secret: str, *, path: str, above: tuple[str, str]
) -> Response:
    """`path`: the page of what it signs for; `above`: title and address of the list that this is in."""
    values = {"secret": secret, "name": name, "above": above, "path": path}
    template = "_webhook_made.html" if visit.is_part else "settings_webhook_made.html"
    return await visit.show(template, values, part=visit.is_part)
