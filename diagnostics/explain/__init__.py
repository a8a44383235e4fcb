"""One Run in the words of three readers: `for_subscriber`, `for_csr`, `for_technician`.

The subscriber has two views of the same verdict: `for_subscriber` is the simple one, `for_detail`
adds what it rests on.

Terminal, window, HTML report and desk all show these, so that everybody reads the same.
Every function takes any Run that decodes: healthy, cut short, with several causes, with causes
or signs of a newer version; what is not known is said to be unknown. All texts are plain text:
foreign strings in them are cleaned and isolated, the page escapes.
"""

from __future__ import annotations

from diagnostics.explain.activities import Activity, Level, Meaning, meanings
from diagnostics.explain.cause_names import CauseLine
from diagnostics.explain.csr import CsrWords, EvidenceRow, Excluded, TriedRow, for_csr
from diagnostics.explain.detail import DetailWords, Weighed, for_detail
from diagnostics.explain.next_step import NextStep, next_step
from diagnostics.explain.subscriber import SubscriberWords, for_subscriber
from diagnostics.explain.technician import RankedPlace, TechnicianWords, for_technician
from diagnostics.explain.visit import Visit

__all__ = [
    "Activity",
    "CauseLine",
    "CsrWords",
    "DetailWords",
    "EvidenceRow",
    "Excluded",
    "Level",
    "Meaning",
    "NextStep",
    "RankedPlace",
    "SubscriberWords",
    "TechnicianWords",
    "TriedRow",
    "Visit",
    "Weighed",
    "for_csr",
    "for_detail",
    "for_subscriber",
    "for_technician",
    "meanings",
    "next_step",
]
