"""Words and sounds of phrases belong together: who changes the one uploads the other.

What a sound says is known of those that were uploaded, and of those that are shipped with the
config folder's phrase book. Of a sound that a site has put into its own folder nothing is known.
"""

from collections.abc import Sequence
from dataclasses import replace

from console.settings_rules_port import RuleProblem
from hotline.releases.problems import problem
from hotline.releases.store import UploadedSound
from hotline.releases.texts import Texts, document_in
from hotline.rule_files import RuleFiles
from telephony.phrases import Phrases
from telephony.sound_files import SoundFiles
from telephony.spoken import Sound


def unsaid(phrases: Phrases, seed: Texts, sounds: Sequence[UploadedSound]) -> list[RuleProblem]:
    """Words that no sound says."""
    said = said_by(seed, sounds)
    tones = {tone.file for tone in phrases.tones.values()}
    keys = keys_of(phrases)
    return [
        problem(
            f"phrases.{keys[sound]}" if sound in keys else "numbers",
            words,
            f"The sound {sound} says other words: {said[sound]!r}.",
            "Upload the .wav of these words first, or keep the words.",
        )
        for sound, words in phrases.texts().items()
        if sound not in tones and said.get(sound, words) != words
    ]


def still_sayable(before: RuleFiles, after: RuleFiles) -> RuleFiles:
    """Whoever is in a menu, or was promised an announcement, may still be told what is taken away:
    a phrase is gone with the next start."""
    phrases = after.phrases.model_copy(
        update={
            "phrases": {**before.phrases.phrases, **after.phrases.phrases},
            "tones": {**before.phrases.tones, **after.phrases.tones},
        }
    )
    sounds = SoundFiles({**before.sounds.files, **after.sounds.files})
    return replace(after, phrases=phrases, sounds=sounds)


def said_by(seed: Texts, sounds: Sequence[UploadedSound]) -> dict[Sound, str]:
    shipped = Phrases.model_validate(document_in(seed["phrases.yaml"]))
    return {**shipped.texts(), **{Sound(one.sound): one.words for one in sounds}}


def keys_of(phrases: Phrases) -> dict[Sound, str]:
    """`welcome.zh`, `welcome.ko`: where the words of a sound stand."""
    found = {}
    for key, phrase in phrases.phrases.items():
        found[phrase.file] = f"{key}.zh"
        if phrase.ko:
            found[phrase.korean] = f"{key}.ko"
    return found
