"""The limit of a plan that somebody met, in the reader's language: which, of which plan, and how it is lifted."""

from collections.abc import Mapping

from frontdesk.core.errors import Refused
from frontdesk.core.plan import QUOTAS
from frontdesk.web.panel.texts import say
from frontdesk.web.typed import Ask
from frontdesk.web.v1.in_plan import in_plan


def limit_said(details: Mapping[str, object], language: str) -> str:
    """`details` are those of a `plan_limit`."""
    limit, plan = str(details["limit"]), say(language, f"plans.names.{details['plan']}")
    lifted = say(language, "plans.lifted")
    if limit in QUOTAS:
        what = say(language, f"plans.quotas.{limit}")
        counts = {"most": details["most"], "used": details["used"]}
        return f"{say(language, 'plans.full', None, plan=plan, what=what, **counts)} {lifted}"
    what = say(language, "plans.webhooks") if limit == "webhooks" else limit
    return f"{say(language, 'plans.lacks', plan=plan, what=what)} {lifted}"


async def lacks_said(ask: Ask, switch: str, language: str) -> str:
    """What a page says above itself where the plan does not have its subject; nothing where it does."""
    try:
        await in_plan(ask, switch)
    except Refused as error:
        return limit_said(error.details or {}, language)
    return ""
