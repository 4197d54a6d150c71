"""How far a word is from one that somebody began to type."""

from __future__ import annotations


def slips_allowed(word: str) -> int:
    """Give how many slips a word of that length may have: two from eight letters, one from four, none below.

    Words of three letters differ from too many others by one: "cap" from "cup", "map" and "car".
    """
    return 2 if len(word) >= 8 else 1 if len(word) >= 4 else 0


def slips_of_beginning(typed: str, word: str) -> int:
    """Give the least number of slips by which what was typed differs from a beginning of the word.

    A slip is a letter more, less, other, or swapped with its neighbour: the optimal string alignment distance, which is
    what the index counts as well. Costs the product of both lengths.
    """
    before: list[int] = []
    row = list(range(len(word) + 1))
    for position, letter in enumerate(typed, start=1):
        two_before, before = before, row
        row = [position]
        for column, other in enumerate(word, start=1):
            least = min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (letter != other))
            swapped = position > 1 and column > 1 and letter == word[column - 2] and typed[position - 2] == other
            row.append(min(least, two_before[column - 2] + 1) if swapped else least)
    return min(row)
