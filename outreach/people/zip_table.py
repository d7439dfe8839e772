"""Writes what we use of the `zipcodes` package: `python -m outreach.people.zip_table`, a program of its own.

The package keeps its whole table in memory once it is asked for anything, 40 MB and more for as long as the process
lives. So the one that asks is a process that ends; zip_codes.py reads what it wrote.
"""

import sys
from collections.abc import Iterator

import zipcodes


def write_table() -> None:
    """A line on stdout for every ZIP that has a place, in the order of the ZIPs.

    Separated by tabs: ZIP, degrees north, degrees east, zone, state, city; UTF-8.
    """
    lines = {line[:5]: line for digit in "0123456789" for line in _lines(digit)}
    sys.stdout.buffer.write("\n".join(line for _, line in sorted(lines.items())).encode())


def _lines(first_digit: str) -> Iterator[str]:
    """By first digit and not all at once: the package hands out a dict a row, 130 MB for the whole table.

    It keeps the rows as text, with "0" for a latitude it does not have. One row (99634) carries a town's name where the
    zone should be: it takes the zone of the ZIP before it.
    """
    zone = ""
    for row in zipcodes.similar_to(first_digit):
        if float(row["lat"]) == 0 or not row["timezone"]:
            continue
        zone = row["timezone"] if "/" in row["timezone"] else zone
        yield "\t".join((row["zip_code"], row["lat"], row["long"], zone, row["state"], row["city"]))


if __name__ == "__main__":
    write_table()
