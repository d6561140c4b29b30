"""The endpoints that authors work with, in one table for `app`: bots and articles."""

from frontdesk.web.route import Route
from frontdesk.web.v1 import articles, beginnings, drafts, knowledge, knowledge_base, workbench

ROUTES: list[Route] = [
    *articles.ROUTES,
    *beginnings.ROUTES,
    *drafts.ROUTES,
    *knowledge.ROUTES,
    *knowledge_base.ROUTES,
    *workbench.ROUTES,
]
