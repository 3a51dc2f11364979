"""Builds every object of the hotline, once, by name. Nothing else does.

Ground      clock, database, journal, vault: what all stand on
Hall        floor, desk, directory: who takes which call
Telephone   Asterisk's link, the switchboard, call control
Papers      intake, cases, duties
Boards      what people see of it
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from acd.desk import AcdDesk
from acd.directory_keeper import DirectoryKeeper
from acd.floor import Floor
from acd.store import PgDirectoryStore
from cases.outbox import Outbox
from cases.store import PgCaseStore
from cases.webhook import WebhookRelay
from config.settings import Settings
from console.calls_view import CallsView
from figures.live import LiveFigures
from hotline.center import Center
from hotline.desks.contacts import Contacts
from hotline.door import Door
from hotline.entrances import entrances_of, sparing
from hotline.kinds import KINDS
from hotline.leading.leadership import Lease
from hotline.places import Places
from hotline.projectors import projectors
from hotline.recent_facts import RecentFacts
from hotline.recovery.restart import LooseEnds, Stages
from hotline.recovery.snapshot import Memories, recover
from hotline.releases.in_force import RulesInForce, open_rules
from hotline.rule_files import RuleFiles, check_ways_in
from hotline.seat_greetings import SeatGreetings
from hotline.surge.notices import notices_of
from hotline.tidings import LateDesk, Tidings
from hotline.watch.alarms import Alarms
from intake.caller_lookup import CallerLookup
from intake.caller_store import PgKnownCallers
from intake.store import PgDraftStore
from intake.submission import IntakeRules, TicketIntake
from kernel.clock import SystemClock
from kernel.ids import Epoch
from storage.feed import FactFeed, Recorder
from storage.field_cipher import FieldCipher, FieldKeys
from storage.journal import Journal
from storage.pool import Pool, open_pool
from storage.projection import Projections
from storage.shipping import Shipper
from storage.valkey import FloorCopy, open_valkey
from storage.vault import NumberVault
from telephony.ami_link import AmiLink
from telephony.call_control import AmiCallControl
from telephony.ears import Ears
from telephony.greetings import Greetings
from telephony.leased_link import LeasedLink
from telephony.switchboard import Switchboard


@dataclass(frozen=True, kw_only=True)
class Ground:
    settings: Settings
    places: Places
    in_force: RulesInForce
    clock: SystemClock
    pool: Pool
    cipher: FieldCipher
    vault: NumberVault
    epoch: Epoch
    lease: Lease
    journal: Journal
    shipper: Shipper
    projections: Projections
    feed: FactFeed
    recorder: Recorder
    floor_copy: FloorCopy
    door: Door

    @property
    def rules(self) -> RuleFiles:
        return self.in_force.now


@dataclass(frozen=True, kw_only=True)
class Hall:
    directory: DirectoryKeeper
    floor: Floor
    desk: AcdDesk
    greetings: SeatGreetings


@dataclass(frozen=True, kw_only=True)
class Telephone:
    link: AmiLink
    switchboard: Switchboard
    control: AmiCallControl


@dataclass(frozen=True, kw_only=True)
class Papers:
    cases: PgCaseStore
    drafts: PgDraftStore
    intake: TicketIntake
    rules: IntakeRules
    callers: CallerLookup
    relay: WebhookRelay | None


@dataclass(frozen=True, kw_only=True)
class Boards:
    calls: CallsView
    figures: LiveFigures
    facts: RecentFacts
    stages: Stages
    loose_ends: LooseEnds
    alarms: Alarms


@dataclass(frozen=True, kw_only=True)
class Hotline:
    """All of it, built and not yet running (`hotline/main.py` runs it)."""

    ground: Ground
    hall: Hall
    telephone: Telephone
    papers: Papers
    boards: Boards
    contacts: Contacts
    center: Center


@asynccontextmanager
async def open_hotline(
    settings: Settings, places: Places, environment: Mapping[str, str], lease: Lease
) -> AsyncIterator[Hotline]:
    """Raises BadSettings for whatever a person wrote wrongly, Unavailable without PostgreSQL."""
    async with AsyncExitStack() as stack:
        ground = await _ground(stack, settings, places, environment, lease)
        boards = _boards(ground)
        hall, telephone = await _hall_and_telephone(ground)
        papers = _papers(ground)
        folded = boards.figures, boards.calls, boards.stages, boards.loose_ends
        memories = Memories(hall.floor, *folded)
        recover(places.journal, KINDS, memories, ground.clock.now(), [boards.facts])
        hall.greetings.prepare(hall.floor.view(ground.clock.now()))
        _listen(ground, boards)
        contacts = Contacts(
            hall.desk, telephone.control, telephone.switchboard, ground.rules, ground.epoch
        )
        yield Hotline(
            ground=ground,
            hall=hall,
            telephone=telephone,
            papers=papers,
            boards=boards,
            contacts=contacts,
            center=_center(ground, hall, boards),
        )


async def _ground(
    stack: AsyncExitStack,
    settings: Settings,
    places: Places,
    environment: Mapping[str, str],
    lease: Lease,
) -> Ground:
    cipher = FieldCipher(FieldKeys.from_environment(environment))
    clock = SystemClock()
    pool = await stack.enter_async_context(open_pool(settings.database, lease.epoch))
    in_force = await open_rules(pool, settings, places)
    valkey = await stack.enter_async_context(open_valkey(settings.valkey))
    journal = Journal.open(places.journal, lease.epoch, settings.journal)
    stack.push_async_callback(journal.close)
    journal.reserve.fill()
    if journal.continues_at is not None:
        clock.not_before(journal.continues_at)
    vault = NumberVault(places.journal, cipher, pool, settings.journal, journal.reserve.give_up)
    stack.callback(vault.close)
    projections = Projections(pool, KINDS, projectors(settings, in_force), settings.journal)
    shipper = Shipper(journal, pool, clock, settings.journal, on_shipped=projections.wake)
    feed = FactFeed()
    return Ground(
        settings=settings,
        places=places,
        in_force=in_force,
        clock=clock,
        pool=pool,
        cipher=cipher,
        vault=vault,
        epoch=lease.epoch,
        lease=lease,
        journal=journal,
        shipper=shipper,
        projections=projections,
        feed=feed,
        recorder=Recorder(journal.write, feed),
        floor_copy=FloorCopy(valkey, settings.site.region_code, settings.valkey),
        door=Door(journal.has_room),
    )


def _boards(ground: Ground) -> Boards:
    return Boards(
        calls=CallsView(),
        figures=LiveFigures(ground.clock),
        facts=RecentFacts(ground.pool, KINDS),
        stages=Stages(),
        loose_ends=LooseEnds(),
        alarms=Alarms(ground.recorder.write),
    )


async def _hall_and_telephone(ground: Ground) -> tuple[Hall, Telephone]:
    """Both at once: the desk rings through call control, the switchboard tells the desk."""
    settings, places, clock, rules = ground.settings, ground.places, ground.clock, ground.rules
    store = PgDirectoryStore(ground.pool)
    await store.seed_once(rules.directory, clock.now())
    directory = await store.load()
    check_ways_in(rules, settings, skills=directory.skills)
    late = LateDesk()
    tidings = Tidings(late)
    ears = Ears(
        write=ground.recorder.write,
        on_leg=tidings.on_leg,
        on_phone=tidings.on_phone,
        key_of=ground.vault.keep,
        well=lambda: late.desk.well,
        sound_path=places.sound_path(lambda: ground.rules.sounds),
        takes_new=ground.door.is_open,
    )
    telephony = settings.telephony
    epoch, lease = ground.epoch, ground.lease
    ami = AmiLink(settings.ami, clock=clock, may_act=lease.may_act)
    link = LeasedLink(ami, lease)
    switchboard = Switchboard(link, ears, clock=clock, settings=telephony, epoch=epoch, lease=lease)
    late.legs = switchboard.mirror.legs
    control = AmiCallControl(link, switchboard)
    floor = Floor(rules.policies, directory, ground.epoch)
    late.desk = desk = AcdDesk(floor, ground.recorder.write_first, control, clock)
    ground.feed.add("tidings", tidings.see)
    joined = Greetings(places.greetings, lambda sound: ground.rules.sounds.files[sound].path)
    greetings = SeatGreetings(control, joined, rules.phrases)
    ground.feed.add("greetings", greetings.see)
    keeper = DirectoryKeeper(directory, store, desk.order, clock)
    hall = Hall(directory=keeper, floor=floor, desk=desk, greetings=greetings)
    return hall, Telephone(link=ami, switchboard=switchboard, control=control)


def _papers(ground: Ground) -> Papers:
    settings = ground.settings
    cases = PgCaseStore(ground.pool, ground.cipher, tells_foreign=settings.webhook.wanted)
    drafts = PgDraftStore(ground.pool, ground.cipher)
    rules = IntakeRules(
        catalogue=ground.rules.catalogue,
        key_of=ground.vault.keep,
        home_area=settings.site.home_area,
    )
    relay = None
    if settings.webhook.wanted:
        outbox = Outbox(ground.pool, ground.cipher)
        relay = WebhookRelay(outbox, cases, settings.webhook, ground.clock)
    return Papers(
        cases=cases,
        drafts=drafts,
        intake=TicketIntake(drafts, cases, rules, ground.recorder.write, ground.clock),
        rules=rules,
        callers=CallerLookup(cases),
        relay=relay,
    )


def _listen(ground: Ground, boards: Boards) -> None:
    """Who hears each fact after it was written."""
    ground.feed.add("calls", boards.calls.see)
    ground.feed.add("figures", boards.figures.take)
    ground.feed.add("recent facts", boards.facts.see)
    ground.feed.add("loose ends", boards.loose_ends.see)


def _center(ground: Ground, hall: Hall, boards: Boards) -> Center:
    rules = ground.rules
    look_up = sparing(PgKnownCallers(ground.pool).look_up, ground.clock)
    return Center(
        desk=hall.desk,
        write=ground.recorder.write,
        clock=ground.clock,
        policies=rules.policies,
        entrances=entrances_of(rules, look_up, ground.clock),
        phrases=rules.phrases,
        last_agent_of=boards.calls.last_agent_of,
        overflow_targets=ground.settings.overflow_targets,
        stages=boards.stages.of,
        rating=rules.rating,
        key_of=ground.vault.keep,
        notices=notices_of(rules, lambda: hall.desk.standing),
    )
