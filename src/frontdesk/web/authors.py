"""All that authors work with, in one table for `app`: bots and articles, their endpoints and their pages."""

from frontdesk.web.panel import ai, ai_files, ai_overview, ai_services, ai_settings, ai_trying, article
from frontdesk.web.panel import knowledge as knowledge_pages
from frontdesk.web.route import Route
from frontdesk.web.v1 import articles, beginnings, drafts, knowledge, workbench

ROUTES: list[Route] = [
    *articles.ROUTES,
    *beginnings.ROUTES,
    *drafts.ROUTES,
    *knowledge.ROUTES,
    *workbench.ROUTES,
    *ai.ROUTES,
    *ai_files.ROUTES,
    *ai_overview.ROUTES,
    *ai_services.ROUTES,
    *ai_settings.ROUTES,
    *ai_trying.ROUTES,
    *article.ROUTES,
    *knowledge_pages.ROUTES,
]
