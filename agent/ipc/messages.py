"""The contract between agent and its clients (window, terminal): JSON lines over a local socket.

A client sends `Request(id, body)`; the agent answers each with exactly one `Response(id, body)`,
`Failed` among the bodies, and sends `Event(body)` to every client whenever something changes.
Unknown message kinds are answered with Failed, never by closing. One line is at most LINE_LIMIT.
"""

from __future__ import annotations

import msgspec

from agent.ipc.tickets import Delivery, Ticket, TicketMessage
from diagnostics.evidence import RawOutcome
from diagnostics.profile import Profile
from diagnostics.readings.wifi import ChannelUse, Network, OwnLink
from diagnostics.result import Unmeasured
from diagnostics.run import Depth, Run, StepTried
from diagnostics.verdict import Status, Verdict

VERSION = 1
#: the air is shown for so long after the last WatchAir
AIR_UNSEEN_S = 15.0
LINE_LIMIT_BYTES = 16 * 1024 * 1024


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", rename="camel"):
    """Base of all bodies; the tag is the class name."""


# -- what a client asks ---------------------------------------------------------------------


class Hello(Message, frozen=True, kw_only=True, tag=True):
    version: int = VERSION
    client: str


class GetProfile(Message, frozen=True, kw_only=True, tag=True):
    """Answered by ProfileIs."""


class StartCheck(Message, frozen=True, kw_only=True, tag=True):
    """Answered by CheckAccepted; progress and the end come as events. One check at a time."""

    depth: Depth = Depth.NORMAL
    complaint: str = ""


class CancelCheck(Message, frozen=True, kw_only=True, tag=True):
    """Answered by Done; the partial Run arrives as CheckEnded within a second."""

    run_id: str


class ListRuns(Message, frozen=True, kw_only=True, tag=True):
    """Answered by RunList, newest first."""

    limit: int = 50
    before: str = ""  # started_at of the last one seen, for paging


class GetRun(Message, frozen=True, kw_only=True, tag=True):
    """Answered by RunIs."""

    run_id: str


class GetStatus(Message, frozen=True, kw_only=True, tag=True):
    """Answered by StatusIs."""


class MeasureStep(Message, frozen=True, kw_only=True, tag=True):
    """Measure just what the step could have changed. CheckAccepted, later StepMeasured."""

    run_id: str
    guide: str
    step: str
    cause: str


class TakePlace(Message, frozen=True, kw_only=True, tag=True):
    """Measure the WiFi where the computer stands and keep it with the Run under that name.

    Answered by CheckAccepted; CheckStarted says step "walk", the Run arrives as CheckEnded.
    """

    run_id: str
    place: str


class SkipStep(Message, frozen=True, kw_only=True, tag=True):
    """Answered by RunIs with the step recorded as skipped."""

    run_id: str
    guide: str
    step: str
    cause: str


class AnswerQuestion(Message, frozen=True, kw_only=True, tag=True):
    """Answered by RunIs with the verdict as it stands after the answer."""

    run_id: str
    question: str
    answer: str  # "yes", "no", "unknown"


class PreviewBundle(Message, frozen=True, kw_only=True, tag=True):
    """Make the bundle, show it, send nothing. Answered by PreviewIs."""

    run_id: str
    complaint: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    customer_number: str = ""
    contact_by: str = "app"
    best_time: str = ""


class SendBundle(Message, frozen=True, kw_only=True, tag=True):
    """Consent to exactly what was previewed. Answered by TicketIs; it goes out now or later."""

    bundle_id: str
    digest: str
    consent_text: str


class DiscardBundle(Message, frozen=True, kw_only=True, tag=True):
    """Answered by Done. Only before it was sent."""

    bundle_id: str


class ListTickets(Message, frozen=True, kw_only=True, tag=True):
    """Answered by TicketList, newest first."""


class ReplyTicket(Message, frozen=True, kw_only=True, tag=True):
    """Answered by TicketIs, with the reply shown as waiting until the desk has it."""

    bundle_id: str
    text: str


class RefreshTickets(Message, frozen=True, kw_only=True, tag=True):
    """Ask the desk now. Answered by TicketList."""


class WatchAir(Message, frozen=True, kw_only=True, tag=True):
    """Show the air while somebody looks. Answered by Done; AirSeen follows, about every second.

    To be sent again at least every AIR_UNSEEN_S seconds: otherwise the agent takes it that nobody
    looks any more, and stops.
    """


class LeaveAir(Message, frozen=True, kw_only=True, tag=True):
    """Nobody looks any more. Answered by Done."""


RequestBody = (
    Hello
    | GetProfile
    | StartCheck
    | CancelCheck
    | ListRuns
    | GetRun
    | GetStatus
    | MeasureStep
    | TakePlace
    | SkipStep
    | AnswerQuestion
    | PreviewBundle
    | SendBundle
    | DiscardBundle
    | ListTickets
    | ReplyTicket
    | RefreshTickets
    | WatchAir
    | LeaveAir
)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    body: RequestBody


# -- what the agent answers -----------------------------------------------------------------


class Welcome(Message, frozen=True, kw_only=True, tag=True):
    version: int = VERSION
    app_version: str
    pid: int


class Failed(Message, frozen=True, kw_only=True, tag=True):
    """One clear sentence; `code` is a word for programs."""

    code: str
    sentence: str


class Done(Message, frozen=True, kw_only=True, tag=True):
    pass


class ProfileIs(Message, frozen=True, kw_only=True, tag=True):
    profile: Profile
    folder: str  # of the profile file, for its logo


class CheckAccepted(Message, frozen=True, kw_only=True, tag=True):
    run_id: str


class RunSummary(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    started_at: str
    status: Status
    verdict_id: str
    headline: str
    complete: bool


class RunList(Message, frozen=True, kw_only=True, tag=True):
    runs: tuple[RunSummary, ...]


class RunIs(Message, frozen=True, kw_only=True, tag=True):
    run: Run


class StatusIs(Message, frozen=True, kw_only=True, tag=True):
    running: str  # id of the check under way, "" when none
    runs: int
    waiting_bundles: int
    open_tickets: int
    app_version: str
    notices: tuple[str, ...] = ()  # sentences for a person, each told to one client once


class PreviewFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the bundle, exactly as it would be sent."""

    name: str
    explains: str  # one plain sentence on what it is for
    media_type: str
    size_bytes: int
    text: str


class PreviewIs(Message, frozen=True, kw_only=True, tag=True):
    bundle_id: str
    digest: str
    destination: str  # who gets it, in words; "" when the profile has no desk
    files: tuple[PreviewFile, ...]
    left_out: tuple[str, ...]  # plain sentences: what is never sent
    size_bytes: int
    consent_text: str


#: what tickets are made of is part of the contract, and has its own file
TICKET_PARTS = (Delivery, TicketMessage, Ticket)


class TicketIs(Message, frozen=True, kw_only=True, tag=True):
    ticket: Ticket


class TicketList(Message, frozen=True, kw_only=True, tag=True):
    tickets: tuple[Ticket, ...]


ResponseBody = (
    Welcome
    | Failed
    | Done
    | ProfileIs
    | CheckAccepted
    | RunList
    | RunIs
    | StatusIs
    | PreviewIs
    | TicketIs
    | TicketList
)


class Response(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="response"):
    id: int
    body: ResponseBody


# -- what the agent tells everybody ---------------------------------------------------------


class CheckStarted(Message, frozen=True, kw_only=True, tag=True):
    run_id: str
    probes: tuple[str, ...]
    expected_s: float
    step: str = ""  # the guide's step when it measures one again


class ProbeMoved(Message, frozen=True, kw_only=True, tag=True):
    """Progress of the whole check (0..1) and of one probe; `outcome` when that probe ended."""

    run_id: str
    probe: str
    state: str  # "started", "running", "measured", "unmeasured"
    fraction: float
    elapsed_s: float


class VerdictSoFar(Message, frozen=True, kw_only=True, tag=True):
    """The path picture fills in by this one; its figures ("4 ms") come from the readings so far.

    `readings` is made as in the Run (`evidence.to_raw` of the probes that ended).
    """

    run_id: str
    verdict: Verdict
    final: bool
    readings: dict[str, RawOutcome] = {}


class CheckEnded(Message, frozen=True, kw_only=True, tag=True):
    run: Run


class StepMeasured(Message, frozen=True, kw_only=True, tag=True):
    """`run` is the original Run with the step appended and the newest readings and verdict."""

    run: Run
    step: StepTried


class CheckFailed(Message, frozen=True, kw_only=True, tag=True):
    """The check itself broke (not the network): one sentence, nothing lost."""

    run_id: str
    sentence: str


class TicketChanged(Message, frozen=True, kw_only=True, tag=True):
    ticket: Ticket


class AirSeen(Message, frozen=True, kw_only=True, tag=True):
    """The radio at one moment. `networks` is of the last scan: their age stands in them."""

    at: str  # RFC 3339
    interface: str
    link: OwnLink | Unmeasured
    networks: tuple[Network, ...] | Unmeasured
    channels: tuple[ChannelUse, ...] | Unmeasured
    scanning: bool


class AirGone(Message, frozen=True, kw_only=True, tag=True):
    """The air is not shown any more. `sentence` is "" when just nobody looked."""

    sentence: str = ""


class Stopping(Message, frozen=True, kw_only=True, tag=True):
    sentence: str


EventBody = (
    CheckStarted
    | ProbeMoved
    | VerdictSoFar
    | CheckEnded
    | StepMeasured
    | CheckFailed
    | TicketChanged
    | AirSeen
    | AirGone
    | Stopping
)


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="event"):
    body: EventBody


FromAgent = Response | Event
