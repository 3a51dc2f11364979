"""Releases of rule files: checked by the loaders of a start, stored, journaled, obeyed at once.

Order: stored, written to the journal, obeyed. Whoever dies in between obeys it from the next start
on, and tells the journal then (`tell_untold`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

import structlog

from acd.happenings import PolicyLoaded
from acd.ports import WritesFacts
from acd.view import FloorView
from config.settings import Settings
from console.settings_rules_port import (
    Applies,
    BadRules,
    Change,
    Document,
    FileHead,
    FileShown,
    Release,
    RuleProblem,
    UnknownRelease,
)
from hotline.facts import RulesReleased
from hotline.places import Places
from hotline.releases.in_force import RulesInForce, RulesRead, overridden
from hotline.releases.problems import in_words, problem, problems_of
from hotline.releases.rule_book import names_among, path_of, rule_file, shape_of, unknown_file
from hotline.releases.store import StoresReleases, changed_meanwhile
from hotline.releases.texts import (
    Texts,
    digest_of,
    document_in,
    put_into,
    read_texts,
    text_of,
)
from hotline.releases.words import still_sayable, unsaid
from hotline.rule_files import RuleFiles, check_ways_in
from kernel.clock import Clock
from kernel.errors import BadSettings
from kernel.ids import QueueName, Skill

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a release is checked against and told to."""

    settings: Settings
    places: Places
    skills: Callable[[], Collection[Skill]]
    view: Callable[[], FloorView]
    order: Callable[[PolicyLoaded], Awaitable[object]]  # of the floor
    write: WritesFacts
    clock: Clock


@dataclass(slots=True, repr=False)
class RuleReleases:
    """Fits `console/settings_rules_port.py: ReleasesRules`. One release at a time."""

    store: StoresReleases
    in_force: RulesInForce
    around: Around
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    # ---- what there is ---------------------------------------------------------------------------

    async def files(self) -> Sequence[FileHead]:
        heads = await self.store.heads()
        return [self._head(name, heads.get(name)) for name in self._names()]

    async def file(self, name: str) -> FileShown:
        self._demand(name)
        head = (await self.store.heads()).get(name)
        return await asyncio.to_thread(self._shown, name, head)

    async def releases(self, name: str) -> Sequence[Release]:
        self._demand(name)
        return await self.store.releases(name)

    async def document_of(self, name: str, version: int) -> Document:
        self._demand(name)
        if version == 0:
            return document_in(self.in_force.seed[path_of(name)])
        found = await self.store.release(name, version)
        if found is None:
            raise UnknownRelease(
                f"{name} has no release {version}.", remedy="Choose one of its releases."
            )
        return document_in(found.text)

    # ---- a new one -------------------------------------------------------------------------------

    async def check(self, name: str, document: Document) -> Sequence[RuleProblem]:
        self._demand(name)
        async with self._lock:
            problems, _ = await self._judge(name, await asyncio.to_thread(text_of, document))
        return problems

    async def release(self, name: str, change: Change) -> FileShown:
        self._demand(name)
        async with self._lock:
            head = (await self.store.heads()).get(name)
            if change.based_on != (head.version if head else 0):
                raise changed_meanwhile(name)
            text = await asyncio.to_thread(text_of, change.document)
            problems, read = await self._judge(name, text)
            if problems:
                raise BadRules(in_words(problems), remedy="Mend them.", problems=problems)
            release = Release(
                file=name,
                version=change.based_on + 1,
                text=text,
                digest=await asyncio.to_thread(digest_of, text),
                at=self.around.clock.now(),
                by=change.by,
                reason=change.reason,
            )
            await self.store.add(release)
            await tell(release, self.store, self.around.write, self.around.clock)
            if read is not None:
                await self._obey(release, read)
        return await asyncio.to_thread(self._shown, name, release)

    # ---- within ----------------------------------------------------------------------------------

    async def _judge(self, name: str, text: str) -> tuple[list[RuleProblem], RuleFiles | None]:
        """What is wrong with it beside the newest releases, and beside what is in force.

        Both must pass: what is obeyed at once may not name what waits for the next start.
        """
        heads = await self.store.heads()
        path, texts = path_of(name), self.in_force.read.texts
        newest = {**overridden(texts, heads), path: text}
        obeyed = {**texts, path: text}
        sounds = await self.store.sounds()

        def judge() -> tuple[list[RuleProblem], RuleFiles | None]:
            try:
                rules = self._read(newest)
                if rule_file(name).applies is Applies.NEXT_START:
                    return [], None
                if newest != obeyed:
                    rules = self._read_obeyed(obeyed)
            except BadSettings as bad:
                return problems_of(bad), None
            return unsaid(rules.phrases, self.in_force.seed, sounds), rules

        problems, rules = await asyncio.to_thread(judge)
        if rules is not None and not problems:
            problems = self._still_in_use(rules)
        return problems, rules

    def _read(self, texts: Texts) -> RuleFiles:
        settings = self.around.settings
        rules = read_texts(texts, settings, self.around.places)
        check_ways_in(rules, settings, skills=self.around.skills())
        return rules

    def _read_obeyed(self, texts: Texts) -> RuleFiles:
        try:
            return self._read(texts)
        except BadSettings as bad:
            raise BadSettings(
                bad.problem, remedy="It needs a release that waits for the next start: restart."
            ) from None

    def _still_in_use(self, rules: RuleFiles) -> list[RuleProblem]:
        """A queue in which somebody waits is not taken away."""
        before, after = self.in_force.now.policies.queues, rules.policies.queues
        gone = before.keys() - after.keys()
        if not gone:
            return []  # a view of the whole floor is not made for nothing
        waiting = {caller.queue for caller in self.around.view().waiting}
        return [
            problem(
                f"queues.{name}",
                name,
                f"The queue {name} is taken away, and callers still wait in it.",
                "Take it away once no callers still wait in it.",
            )
            for name in sorted(gone)
            if QueueName(name) in waiting
        ]

    async def _obey(self, release: Release, rules: RuleFiles) -> None:
        read = self.in_force.read
        rules = still_sayable(read.rules, rules)
        texts = {**read.texts, path_of(release.file): release.text}
        versions = {**read.versions, release.file: release.version}
        changed = rules.policies != read.rules.policies
        self.in_force.obey(RulesRead(rules=rules, texts=texts, versions=versions))
        if changed:
            await self.around.order(PolicyLoaded(rules.policies))
        await asyncio.to_thread(put_into, self.around.places.rules, texts)
        log.info("rules are obeyed", file=release.file, version=release.version)

    def _names(self) -> list[str]:
        return names_among(self.in_force.read.texts)

    def _demand(self, name: str) -> None:
        if name not in self._names():
            raise unknown_file(name)

    def _head(self, name: str, head: Release | None) -> FileHead:
        text = self.in_force.read.texts[path_of(name)]
        known = rule_file(name, document_in(text) if name.startswith("catalogue.") else None)
        return FileHead(
            name=name,
            title_zh=known.title_zh,
            title_en=known.title_en,
            applies=known.applies,
            version=head.version if head else 0,
            in_force=self.in_force.read.versions.get(name, 0),
            changed_at=head.at if head else None,
            changed_by=head.by if head else None,
            reason=head.reason if head else None,
        )

    def _shown(self, name: str, head: Release | None) -> FileShown:
        text = head.text if head else self.in_force.read.texts[path_of(name)]
        return FileShown(
            head=self._head(name, head),
            document=document_in(text),
            shape=shape_of(name),
            text=text,
        )


async def tell(release: Release, store: StoresReleases, write: WritesFacts, clock: Clock) -> None:
    """To the journal, then noted as told: better twice than not at all. Raises Unavailable."""
    fact = RulesReleased(
        at=clock.now(),
        file=release.file,
        version=release.version,
        digest=release.digest,
        by=release.by,
        reason=release.reason,
    )
    write([fact])
    await store.note_told(release, clock.now())


async def tell_untold(store: StoresReleases, write: WritesFacts, clock: Clock) -> None:
    """What was released by a command, or just before a death. Raises Unavailable."""
    for release in await store.untold():
        await tell(release, store, write, clock)
