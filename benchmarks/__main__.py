"""`python -m benchmarks NAME`: one measurement that ends with one JSON object; `all` runs them all."""

import json
import subprocess
import sys
import warnings

import click

from benchmarks import dispatch, expansion, inbound, lookup, receipts, rendering, roster
from benchmarks.deployment import Options
from outreach.supervisor import StopSignals

BENCHES = {
    "expansion": expansion.measure,
    "dispatch": dispatch.measure,
    "receipts": receipts.measure,
    "inbound": inbound.measure,
    "import": roster.measure,
    "rendering": rendering.measure,
    "lookup": lookup.measure,
}
# What `make bench` runs, in about ten minutes on two cores: three sizes each, to show how cost grows.
SUITE = (
    *(f"expansion --size {size}" for size in (10_000, 100_000, 1_000_000)),
    "expansion --size 1000000 --database sqlite",
    *(f"dispatch --size {size} --latency 50 --workers 2" for size in (2_000, 6_000, 20_000)),
    "dispatch --size 6000 --latency 50 --workers 1",
    *(f"dispatch --size 10000 --latency 0 --workers {workers}" for workers in (1, 2)),
    *(f"receipts --size {size}" for size in (1_000, 4_000, 16_000)),
    *(f"inbound --size {size}" for size in (1_000, 2_000, 6_000)),
    "inbound --size 4000 --campaign 100000",
    *(f"import --size {size}" for size in (1_000, 10_000, 50_000)),
    "rendering --size 1000000",
    *(f"lookup --size {size}" for size in (5_000, 50_000)),
    "lookup --size 50000 --database sqlite",
)
LONGEST = 600  # seconds that one of them may take
SIZES = {
    "expansion": 100_000, "dispatch": 5_000, "receipts": 5_000, "inbound": 2_000, "import": 10_000,
    "rendering": 100_000, "lookup": 50_000,
}  # fmt: skip


@click.command()
@click.argument("name", type=click.Choice([*BENCHES, "all"]))
@click.option("--size", type=click.IntRange(1), help="Contacts, texts, requests, rows or places.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 16), help="Processes that send.")
@click.option("--latency", default=50, show_default=True, type=click.IntRange(0), help="The carrier's, in ms.")
@click.option("--database", default="postgresql", show_default=True, type=click.Choice(["postgresql", "sqlite"]))
@click.option("--callbacks", is_flag=True, help="Let the carrier report on every text it takes (dispatch, inbound).")
@click.option("--campaign", default=0, show_default=True, help="Texts that leave meanwhile (inbound).")
def main(
    name: str, size: int | None, workers: int, latency: int, database: str, callbacks: bool, campaign: int
) -> None:
    """Measure NAME, with its limit in the same run, on servers of its own on this machine."""
    if name == "all":
        sys.exit(_run_suite())
    warnings.simplefilter("ignore")
    options = Options(size or SIZES[name], workers, latency, database, callbacks, campaign)
    with StopSignals():  # whatever was started ends, also when somebody has seen enough
        said = {"name": name, "size": options.size, **BENCHES[name](options)}
        said |= {"workers": workers, "latency_ms": latency, "database": database}
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    sys.exit("stopped")


def _run_suite() -> int:
    """Each in a process of its own. One that fails is said and counted, and keeps no other."""
    failed = 0
    for each in SUITE:
        try:
            subprocess.run([sys.executable, "-m", "benchmarks", *each.split()], check=True, timeout=LONGEST)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            click.echo(f"failed: {each} ({type(error).__name__})", err=True)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":  # not in the processes that a benchmark spawns
    main()
