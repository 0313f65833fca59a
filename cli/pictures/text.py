"""How wide a text is when drawn, so that boxes can be made to fit before anything is drawn.

The widths are those of DejaVu Sans, rounded up to a twentieth of the size: the widest of the common sans-serif faces.
What fits in it fits in Arial, Helvetica and Liberation Sans too.
"""

FAMILY = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
ASCENT, DESCENT = 0.93, 0.24
"""How far letters reach above and below the baseline, as a share of the size."""

_PLAIN = {
    0.30: "ijlIJ'",
    0.35: ",./:;\\| ·’‘",
    0.40: "ft()-[]",
    0.45: "r!",
    0.50: '"*_`–',
    0.55: "csz?“”",
    0.60: "kvxyFL",
    0.65: "0123456789abdeghnopquEPSTY${}£éöü",
    0.70: "ABCKRVXZ",
    0.75: "NU",
    0.80: "DGHOQ&",
    0.85: "w#+<=>^~×→←≥",
}
_BOLD = {
    0.35: "ijl' ",
    0.40: "IJ,./:;\\|·’‘",
    0.45: "f-",
    0.50: "rt!()[]_`–",
    0.55: '"*',
    0.60: "csz?",
    0.65: "xL",
    0.70: "0123456789aekovyEFT$£“”éö",
    0.75: "bdghnpquCPSYZ{}ü",
    0.80: "ABKRVX",
    0.85: "DGHNU#+<=>^~×→←≥",
    0.90: "OQ&",
    0.95: "w",
}
_WIDTHS = {
    bold: {character: width for width, characters in table.items() for character in characters}
    for bold, table in ((False, _PLAIN), (True, _BOLD))
}
_WIDEST = {False: 1.0, True: 1.15}
"""Of every other character."""


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a line of text takes at most."""
    known, widest = _WIDTHS[bold], _WIDEST[bold]
    return size * sum(known.get(character, widest) for character in text)


def fitted(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of it as fits in the room, ending in an ellipsis."""
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(f"{text}…", size, bold=bold) > room:
        text = text[:-1].rstrip()
    return f"{text}…"


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines of at most this room, broken at spaces; a word longer than the room is cut short."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(fitted(word, room, size, bold=bold))
    return lines
