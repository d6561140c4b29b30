"""Every page of the panel and those around it, for `app`. A new file of pages gets its line here."""

from itertools import chain

from frontdesk.web.panel import (
    analytics,
    channel,
    channels,
    chats,
    contact,
    contacts,
    integration,
    integrations,
    link_pages,
    own_system,
    push_worker,
    settings_bin,
    settings_mail,
    settings_me,
    settings_nouns,
    settings_people,
    settings_skills,
    settings_workspace,
    setup,
    share,
    shell,
    sign_in,
    task,
    tasks,
)
from frontdesk.web.route import Route

ROUTES: list[Route] = list(
    chain.from_iterable(
        pages.ROUTES
        for pages in (
            analytics,
            channel,
            channels,
            chats,
            contact,
            contacts,
            integration,
            integrations,
            link_pages,
            own_system,
            push_worker,
            settings_bin,
            settings_mail,
            settings_me,
            settings_nouns,
            settings_people,
            settings_skills,
            settings_workspace,
            setup,
            share,
            shell,
            sign_in,
            task,
            tasks,
        )
    )
)
