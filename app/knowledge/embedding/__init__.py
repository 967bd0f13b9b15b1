"""Changing the embedder while search goes on: candidates, sharded filling, comparison, switch and roll-back."""

from app.knowledge.embedding.candidates import list_candidates
from app.knowledge.embedding.change_over import refusal, roll_back, switch
from app.knowledge.embedding.domain import Candidate, Opened, Run, RunState, Switched
from app.knowledge.embedding.overview import list_embedders, overview
from app.knowledge.embedding.ports import Pick
from app.knowledge.embedding.runs import cancel, chosen_candidate, open_run, pause, resume
from app.knowledge.embedding.tools import EmbedderTools, Pace
from app.knowledge.embedding.work import tend, work

__all__ = [
    "Candidate",
    "EmbedderTools",
    "Opened",
    "Pace",
    "Pick",
    "Run",
    "RunState",
    "Switched",
    "cancel",
    "chosen_candidate",
    "list_candidates",
    "list_embedders",
    "open_run",
    "overview",
    "pause",
    "refusal",
    "resume",
    "roll_back",
    "switch",
    "tend",
    "work",
]
