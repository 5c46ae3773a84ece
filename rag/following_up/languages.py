"""Whether a question is English: the rules of one language spoil another."""

import re

_TOKEN = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    """the and what who when where why how which is are did does do will would about that this it he she they his her
    their there of to for with other many much more say said him them its i mean meant has have had were""".split()
)
# Words of questions in other languages that English does not have, or hardly.
_OTHER = (
    frozenset(
        """und der das wer wann wo warum wie welche welcher ist sind ein eine von mit nicht auch seite andere sagte
    et le la les qui que quoi quand où ou pourquoi comment quel quelle est sont une des du dans avec aussi
    y el los las quién qué cuándo dónde cómo cuál cuánto cuántos es son una del con también por para
    e il lo gli chi che cosa quando dove perché come quale è di della con anche
    o os quem quê onde porquê qual são uma da com também het wie wat waar waarom wanneer en och vad vem när varför
    og hvad hvem hvornår hvorfor i na co kto kiedy gdzie dlaczego""".split()
    )
    - _ENGLISH
    - frozenset(["come", "en", "na", "o", "da", "as", "con", "la", "o", "on", "co"])
)


def is_english(text: str) -> bool:
    """Whether a question looks English; a bare name does."""
    words = [word.lower() for word in _TOKEN.findall(text)]
    letters = [letter for letter in text if letter.isalpha()]
    if sum(letter > "\u024f" for letter in letters) * 2 > len(letters) or "¿" in text:
        return False
    english, other = sum(word in _ENGLISH for word in words), sum(word in _OTHER for word in words)
    return english >= other
