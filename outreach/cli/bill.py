"""What a campaign would cost, on the command line: before it is launched, and with its id when it was."""

from outreach.campaigns.plan import Plan
from outreach.cli.output import counted, show
from outreach.languages import LANGUAGES
from outreach.wording.personal import SAMPLE_NAME


def show_plan(plan: Plan, *, as_json: bool) -> None:
    """Everything a launch would send, and what stands in its way; exit status 1 when something does."""
    report = {"families": plan.families, **plan.bill.record(), "problems": list(plan.problems)}
    words = [bill_words(plan), *(f"not yet: {problem}" for problem in plan.problems)]
    show(report, json_wanted=as_json, words="\n".join(words))
    if plan.problems:
        raise SystemExit(1)


def bill_words(plan: Plan) -> str:
    bill = plan.bill
    about = "about " if bill.estimated else ""
    families = counted(plan.families, "family", "families")
    lines = [f"{families}, {_size(bill.texts, bill.segments, about)}, {about}${bill.cost:.2f}"]
    for line in bill.lines:
        sent = "" if line.sent == line.count.language else f" (in {LANGUAGES[line.sent].english})"
        families = counted(line.count.reachable, "family", "families")
        name = LANGUAGES[line.count.language].english if line.count.language in LANGUAGES else line.count.language
        size = _size(len(line.texts) * line.count.reachable, line.segments, about)
        lines.append(f"  {name}{sent}: {families}, {size}, {about}${line.cost:.2f}")
    if bill.estimated:
        dear = (
            f"; with letters like í in every name it would be ${bill.dear_cost:.2f}"
            if bill.dear_cost > bill.cost
            else ""
        )
        lines.append(f"each family reads its own name; reckoned with the sample {SAMPLE_NAME}{dear}")
    lines += bill.unpriced_words
    if bill.spares:
        lines.append(f"it could be {bill.lean_segments} segments for ${bill.lean_cost:.2f}:")
        lines += [f"  {LANGUAGES[spare.language].english}, {spare.step}: {spare.words}" for spare in bill.spares]
    return "\n".join(lines)


def _size(texts: int, segments: int, about: str) -> str:
    return f"{counted(texts, 'text', 'texts')}, {about}{counted(segments, 'segment', 'segments')}"
