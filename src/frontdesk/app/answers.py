"""What answers where a bot cannot by itself: learnt intents, the knowledge base, language models; and the work that
keeps what they know up to date. Called by `wiring`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from frontdesk.app import ai
from frontdesk.app.embedders import InstalledEmbedders
from frontdesk.app.registry import Registry
from frontdesk.app.settings import Settings
from frontdesk.app.warming import Warming
from frontdesk.egress.allow import EgressSettings
from frontdesk.hub.context import Hub
from frontdesk.hub.judge import ModelJudge
from frontdesk.hub.prompter import ModelPrompter
from frontdesk.hub.writer import ModelWriter
from frontdesk.jobs.queue import Few, Handler
from frontdesk.jobs.schedules import Schedule
from frontdesk.kit.outside import Outside
from frontdesk.knowledge.tuning import Tuning
from frontdesk.library import waking
from frontdesk.library.answering import Answering
from frontdesk.library.waking import LateIndexing
from frontdesk.nlu.bands import Bands
from frontdesk.nlu.language import identify, spoken_in
from frontdesk.store.connect import Store
from frontdesk.store.secrets import Vault
from frontdesk.studio.intents import training
from frontdesk.studio.intents.serving import Understanding
from frontdesk.studio.intents.training import Training
from frontdesk.turn.bots import Bots

INDEX_S = 300.0
TRAINING_SWEEP_S = 15.0


@dataclass(frozen=True, slots=True)
class Answers:
    """Those who answer, and what they share."""

    embedders: InstalledEmbedders
    tuning: Tuning
    hub: Hub
    understanding: Understanding
    answering: Answering
    prompter: ModelPrompter
    judge: ModelJudge


def embedders_of(settings: Settings, registry: Registry, outside: Outside) -> InstalledEmbedders:
    """Raises `CannotStart` where the settings name none, or one that cannot be asked."""
    key = settings.frontdesk_embedder_key
    service = {
        "url": settings.frontdesk_embedder_url,
        "model": settings.frontdesk_embedder_model,
        "api_key": "" if key is None else key.get_secret_value(),
        "dim": settings.frontdesk_embedder_dim,
        "attempts": settings.frontdesk_embedder_attempts,
        "timeout_s": settings.frontdesk_embedder_timeout_s,
        "within_s": settings.frontdesk_embedder_within_s,
    }
    return InstalledEmbedders(registry, replace(outside, settings=service), settings.frontdesk_embedder)


async def spoken(text: str, languages: Sequence[str], current: str) -> str:
    """`ports.answerer.Spoken`; the first time a model is loaded for it, which takes a while."""
    return await asyncio.to_thread(spoken_in, text, languages, current, identify)


def answers_of(
    settings: Settings,
    registry: Registry,
    outside: Outside,
    store: Store,
    embedders: InstalledEmbedders,
    *,
    vault: Vault,
    egress: EgressSettings,
) -> Answers:
    hub = ai.hub_of(settings, registry, outside, store, vault=vault, egress=egress)
    bands = Bands(
        reject_share=settings.frontdesk_intent_reject_share,
        confirm_share=settings.frontdesk_intent_confirm_share,
        tie=settings.frontdesk_intent_tie,
    )
    tuning = Tuning(
        least_by_words=settings.frontdesk_knowledge_least_by_words,
        least=settings.frontdesk_knowledge_least,
        same_question=settings.frontdesk_knowledge_same_question,
        meaning_weight=settings.frontdesk_knowledge_meaning_weight,
    )
    return Answers(
        embedders=embedders,
        tuning=tuning,
        hub=hub,
        understanding=Understanding(
            store, embedders, bands, embed_within_s=settings.frontdesk_embedder_within_s
        ),
        answering=Answering(
            store,
            embedders,
            ModelWriter(hub),
            tuning,
            embed_within_s=settings.frontdesk_embedder_within_s,
        ),
        prompter=ModelPrompter(hub),
        judge=ModelJudge(hub),
    )


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Learning and indexing: after each change, and every so often for what was missed; and what they made, loaded."""

    learning: Training
    indexing: LateIndexing
    warming: Warming

    @property
    def handlers(self) -> dict[str, Handler | Few]:
        return {
            training.JOB: Few(self.learning.job, training.AT_ONCE),
            waking.JOB: Few(self.indexing.run_job, waking.AT_ONCE),
        }

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        return (
            Schedule("intents", TRAINING_SWEEP_S, self.learning.sweep),
            Schedule("knowledge", INDEX_S, self.indexing.sweep),
        )


def upkeep_of(answers: Answers, store: Store, bots: Bots) -> Upkeep:
    warming = Warming(store, bots, answers.embedders, answers.understanding)
    return Upkeep(
        Training(store, bots, answers.embedders, taken_up=warming.taken_up),
        LateIndexing(store, answers.embedders),
        warming,
    )
