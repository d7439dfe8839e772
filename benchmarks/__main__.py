"""Runs one benchmark and ends with one JSON line: name, size, figure, unit, limit, ratio."""

import json
import warnings

import click

from benchmarks import dispatch

BENCHES = {"dispatch": dispatch.measure}


@click.command()
@click.argument("name", type=click.Choice(sorted(BENCHES)))
@click.option("--size", default=2000, show_default=True, help="How many texts.")
@click.option("--latency", default=50, show_default=True, help="The carrier's, in milliseconds.")
def main(name: str, size: int, latency: int) -> None:
    """Measure NAME at the simulated carrier, on SQLite and a Redis of its own."""
    warnings.simplefilter("ignore")
    click.echo(json.dumps(BENCHES[name](size, latency)))


main()
