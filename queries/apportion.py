"""A printed number shared out so that the parts, printed alike, sum to it exactly (largest remainder)."""

import re
from collections.abc import Sequence
from fractions import Fraction
from math import lcm

_NUMBER = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]*))?")
Number = tuple[int, int]
"""A number as printed: its digits as one integer, and how many of them stand after the point."""


def number(text: str) -> Number | None:
    """A number as it is printed, `12` or `-0.50`; None for anything else."""
    if text.isascii():  # most are so, and the pattern takes three times as long
        if text.isdigit():
            return int(text), 0
        whole, _, part = text.partition(".")
        if whole.isdigit() and part.isdigit():
            return int(whole + part), len(part)
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        return None
    sign, whole, part = found.groups()
    digits = int(whole + (part or ""))
    return (-digits if sign == "-" else digits), len(part or "")


def added(a: Number, b: Number) -> Number:
    """The sum, with the digits of the one that has more after the point."""
    if a[1] == b[1]:
        return a[0] + b[0], a[1]
    places = max(a[1], b[1])
    return sum(value * 10 ** (places - own) for value, own in (a, b)), places


def printed(value: int, places: int) -> str:
    """The integer with so many digits after the point: `printed(-50, 2)` is `-0.50`."""
    if not places:
        return str(value)
    digits = str(abs(value)).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def scaled(weights: Sequence[float]) -> list[int]:
    """Weights of any positive scale as whole numbers, exactly: no rounding can lose a part of a figure."""
    exact = [Fraction(weight) for weight in weights]
    scale = lcm(*(weight.denominator for weight in exact))
    return [int(weight * scale) for weight in exact]


def apportioned(value: int, weights: Sequence[int]) -> list[int]:
    """The integer in parts as near to the weights as whole numbers can be; they sum to it exactly.

    What rounding down leaves over goes to the largest remainders, to the earlier part where two are equal.
    """
    whole, total = abs(value), sum(weights)
    parts = [whole * weight // total for weight in weights]
    if left := whole - sum(parts):
        order = sorted(range(len(parts)), key=lambda i: -(whole * weights[i] % total))
        for i in order[:left]:
            parts[i] += 1
    return parts if value >= 0 else [-part for part in parts]
