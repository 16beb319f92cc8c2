"""Every default, once."""

from narrator.units import Decibels, Lufs, Seconds

# ---------------------------------------------------------------- programme
PROGRAMME_RATE = 48_000
"""Samples a second of the programme; Apple Podcasts asks for 44.1 or 48 kHz (Apple 893). At 48 kHz all frames
of an MP3 are of one size, so that players find a time by its place in the file; and Opus counts in it."""
BIT_RATE_KBPS = 96
"""MP3, constant, mono, unless another is asked for: within Apple's 64 to 128 and Spotify's 96 to 320."""
STEREO_KBPS = 128
"""The same for two channels: within Apple's 128 to 256."""
AAC_KBPS = 80
"""M4A and M4B, mono: speech with its pauses comes out at 74; asked for 64, at less than Apple's 64."""
AAC_CHOICES = (("aac_coder", "fast"), ("aac_tns", "0"), ("aac_pns", "0"))
"""How FFmpeg encodes AAC. Its “fast” way takes half the time and comes nearer to the original from 64 kbit/s
a channel on: of speech with music under it the difference is 27 dB down instead of 20, and peaks grow by
0.8 dB at most instead of up to 8. For by default (temporal noise shaping) the noise of a whole frame now and
then comes at one instant and up to 16 kHz, where the sound has nothing above 11. And noise that a decoder
makes up by itself (perceptual noise substitution) would have each decoder find another peak."""
OPUS_KBPS = 64
"""Mono; variable around it."""
STEREO_AAC_KBPS, STEREO_OPUS_KBPS = 128, 96
"""The same for two channels, which differ little."""
STAGE_WIDTH = 0.25
"""Of the way from the middle to one side: where the outermost speakers are. That is 3.5 dB between the
channels; 6.5 degrees of a loudspeaker's 30 by the law of tangents: told apart, and natural in headphones."""
LOUDNESS = Lufs(-16.0)
"""Integrated loudness of the encoded file, unless another is asked for (Apple 893: -16 LUFS +-1)."""
LOUDNESS_TOLERANCE = 0.3
"""LU; a programme farther off is mastered again."""
PEAK = Decibels(-1.0)
"""Highest true peak of the encoded file, dBTP (Apple 893)."""
VOICE_STEP = 0.2
"""dB; gains of voices are told in whole steps."""
VOICE_SAMPLE_S = 60.0
"""Seconds of what a voice says in a programme that tell its gain, where it says so much."""
LIMITER_CEILING = Decibels(-2.0)
"""dBTP before encoding. MP3 at 96 kbit/s adds 0.3 to 0.5 dB to speech, and more at the worst place of hours
of it: from -1.6 a programme of three hours had to be encoded twice."""
MENDED = (0.2, 0.4)
"""dB below `PEAK`: what an encoder makes louder than the first is turned down, there alone, to the second. An
encoder does not follow to the tenth of a decibel."""
BLOCK_FRAMES = 1 << 16
"""Samples mixed, measured and encoded at once: 1.4 s, so that memory does not grow with length."""

# ---------------------------------------------------------------- parts
SEAM_GRID = 1152
"""Samples; parts of the programme that are encoded apart begin at multiples of it: the frame of an MP3."""
SEAM_SILENCE = 4
"""Such frames of silence on either side of a seam. An MP3 frame rings on for one and a half frames, and the
bits saved up for it lie at most two frames back (ISO/IEC 11172-3, 2.4.1.7): the rest is to be safe."""
PART_SECONDS = (20, 60, 150)
"""How long a part is at least before it ends with its chapter, before it ends at another pause that the
content chooses, and before it ends at whatever pause comes next: so that all cores are busy, and after an
edit little is encoded again."""
PART_CHOICE = 4
"""One of so many pauses is chosen."""
PARTS_KEPT_S = 30 * 86_400.0
"""Encoded parts that no build used for thirty days are removed by the next one."""

# ---------------------------------------------------------------- pauses
PAUSES_MS = {
    "sentence": 450,
    "paragraph": 750,
    "turn": 700,
    "chapter": 1500,
    "start": 300,
    "end": 1000,
}
"""Middle length of the silence heard between two utterances by the reason for it, in ms; silence left in the
takes counts. Sentences: a little under what Kokoro, taught by people, leaves between them (see `pauses`)."""
EDGE_MS = 10
"""Silence kept at the ends of a take: its breath and room, so that speech does not start out of nothing."""
FADE_MS = 4
"""Fade at the ends of a take, within that edge, so that no join clicks."""

RUMBLE_HZ = (20.0, 60.0)
"""Below the first nothing of a take is heard, above the second all. Half of 229 takes by espeak had more than
-26 dB of their energy below 40 Hz, the worst -19; of 48 by Kokoro -42 and -35. Deep voices begin at 70."""

MAX_PAUSE_MS = 600_000
"""A longer pause in a script is taken for a mistake: ten minutes."""

# ---------------------------------------------------------------- music
THEME_UNDER = Decibels(2.0)
"""LU by which intro, outro and jingle are softer than speech: music has no pauses, so at one measured
loudness it is heard as the louder of the two."""
BED_UNDER = Decibels(12.0)
"""LU by which the bed is softer than speech where nobody speaks."""
MUSIC_DUCKED = Decibels(20.0)
"""LU by which all music is softer while somebody speaks. Source: WCAG 2.2, success criterion 1.4.7, for
people who are hard of hearing."""
DUCK_S = (0.5, 0.3, 1.2)
"""Seconds in which music comes down before a word, stays down behind it, and comes up again."""
HELD_S = 1.5
"""Seconds; in a shorter pause music stays down: sentences and turns would have it pump."""
INTRO_TAIL_S = 4.0
"""Seconds for which the end of the intro sounds under the first words, fading out; at most half of it."""
OUTRO_LEAD_S = 5.0
"""Seconds for which the outro sounds under the last words; at most half of it."""
OUTRO_FADE_S = 4.0
"""Seconds in which the outro fades out at its end; at most half of it."""
BED_FADES_S = (1.5, 2.0)
"""Seconds in which the bed rises out of silence before a chapter's first word, and falls after its last."""
BED_LEAST_S = 4.0
"""Seconds; a chapter in which there is less room for it, between intro and outro too, has no bed."""
JINGLE_AIR_S = (0.5, 0.3)
"""Seconds of silence at least before and behind a jingle."""
SECTION_LEAST_S = 8.0
"""Seconds; behind a shorter chapter, such as a title that is read out, there is no jingle and no rest."""
MUSIC_END_S = 0.3
"""Seconds of silence at least after the last of the music."""
EDGE_OF_TUNE_S = 0.01
"""Seconds in which a tune is faded where nothing else is: it may have been cut in the middle of a wave."""
LOOP_S = 3.0
"""Seconds in which the end of a bed and its beginning overlap; at most a quarter of it."""
THEME_S = (0.5, 60.0)
"""Seconds that an intro, an outro and a jingle have at least, and how much of a longer file is played."""
BED_S = (4.0, 1800.0)
"""Seconds that a bed has at least, and how much of a longer file is used: as samples on disk, 346 MB."""
TUNE_END = Decibels(-60.0)
"""What lies this far under a tune's peak at its ends is silence, and left out."""
TUNES_KEPT_S = 30 * 86_400.0
"""Tunes made ready that no build used for thirty days are removed by the next one that has music."""

# ---------------------------------------------------------------- text
MAX_TITLE = 255
"""Characters; the limit Apple sets for text tags of a feed other than descriptions."""
MAX_SLUG = 80
"""Characters in the name of an episode's folder and files."""
MAX_SOURCE_BYTES = 50_000_000
"""A longer source is refused: forty times a long novel."""
MAX_CHARACTERS = 10_000_000
"""A file of text with more characters, its mark-up included, is refused: reading it would take minutes."""
MAX_TEXT = 6_000_000
"""Characters that are read of one source; all plays of Shakespeare have 5.5 million. It takes a minute."""
MAX_BLOCKS = 200_000
"""Paragraphs that are read of one source; the verses of Shakespeare are half as many."""

SURE = 0.9
"""Confidence from which on a turn need not be looked at: of its words 97 of 100 are right."""

# ---------------------------------------------------------------- episodes
DATE_VARIABLE = "SOURCE_DATE_EPOCH"
"""Environment variable with the date of new episodes, for builds that are the same to the bit."""
OUTPUT_FOLDER = "output"
"""Where episodes are built, each in a folder of its own, unless another is given."""
PREFERRED_ENGINES = (("kokoro", ("en", "es", "fr", "it", "pt")), ("piper", ()), ("espeak", ()))
"""Engines taken where none is asked for, best first, and for which languages (ISO 639-1; none means all).

Never one that sends the text away. Kokoro's German is understandable but has an accent, so it must be asked
for; Piper's voices are native in their languages, and there only when someone installed them. The last one
works with nothing but the package."""

UTTERANCE_LENGTH = 300
"""Characters; a longer sentence is divided: engines lose their breath and their accuracy beyond it."""
SHORT_SENTENCE_WORDS = 3
"""A sentence of fewer words is spoken together with the next one."""

# ---------------------------------------------------------------- serving
SERVE_HOST = "127.0.0.1"
"""Only this machine reaches the server unless another address is asked for."""
SERVE_PORT = 8000

# ---------------------------------------------------------------- takes
TAKES_VARIABLE = "NARRATOR_TAKES"
"""Environment variable with the folder of the take store."""
MODELS_VARIABLE = "NARRATOR_MODELS"
"""Environment variable with the folder of models, in which each engine has a folder of its own."""
MODELS_ADDRESS_VARIABLE = "NARRATOR_MODELS_ADDRESS"
"""Environment variable with a mirror of the models, instead of where their makers publish them."""
TRIES = 3
"""How often an utterance is tried before its failure is an error."""
RETRY_DELAY = Seconds(0.5)
"""Wait before the second try; doubled before each further one."""
GTTS_VARIABLE = "NARRATOR_GTTS_ADDRESS"
"""Environment variable with where gtts' requests go instead of Google: a mirror, a server of one's own."""
EDGE_VARIABLE = "NARRATOR_EDGE_ADDRESS"
"""Environment variable with where edge-tts connects instead of Microsoft's service, as ws://host:port."""
OPENAI_VARIABLE = "NARRATOR_OPENAI_ADDRESS"
"""Environment variable with the base address of another server that speaks OpenAI's protocol."""
OPENAI_KEY_VARIABLE = "OPENAI_API_KEY"
"""Environment variable with the key; servers of one's own often need none."""
OPENAI_MODEL_VARIABLE = "NARRATOR_OPENAI_MODEL"
"""Environment variable with the model that speaks."""
OPENAI_VOICES_VARIABLE = "NARRATOR_OPENAI_VOICES"
"""Environment variable with the names of that server's voices, parted by commas."""
RETRY_DELAY_VARIABLE = "NARRATOR_RETRY_DELAY"
"""Environment variable with another such wait, in seconds."""
LONGEST_WAIT = Seconds(60.0)
"""A service that asks to be left alone for longer ends the run, which can be taken up later."""
REQUEST_TRIES = 5
"""How often a service is asked for one piece of an utterance: it may be busy for a few seconds."""
REQUESTS_AT_ONCE = 4
"""Requests for the pieces of one utterance that are under way at the same time; a service that is asked for
more takes us for an attack, and with four the waiting is over."""
REQUESTS_TO_SERVICE = 8
"""Requests of one run that are under way to one online service, however many cores there are."""
TAKES_GRACE_S = 2 * 86_400.0
"""Takes used within two days are never pruned: a build may be using them, and a use is noted once a day."""
TAKE_SILENCE = Decibels(50.0)
"""What lies this far under a take's peak is silence: above the noise of an MP3 from a network service (-60 to
-70 dB), below the softest consonants."""
IN_FLIGHT = 64
"""Utterances given to the executor at once, so that memory does not grow with the length of the script."""

# ---------------------------------------------------------------- a cluster
BATCH_S = 1.0
"""Seconds of work in a batch for a cluster, where there is that much: a call costs some 7 ms there, which is
less than a hundredth, and a worker that dies costs no more than this."""
LEAST_BATCH_S = 0.1
"""Seconds of work that a batch is cut down to, so that all workers end at about the same time."""
SOUND_IN_FLIGHT_S = 4_000.0
"""Seconds of sound that a cluster is asked for at once, so that memory grows neither with it nor with the
script: about 100 MB as takes."""
CONNECT_S = 4.0
"""Seconds in which a scheduler must answer."""
WORKERS_S = 30.0
"""Seconds without a single worker after which a cluster is given up; one that died is there again sooner."""
WATCH_S = 2.0
"""How often it is looked whether there are workers, in seconds."""
