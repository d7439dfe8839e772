"""What families looked for in vain, by kind of help and ZIP, with small counts kept back."""

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from outreach import clock, runtime
from outreach.admin.guard import needs
from outreach.resources.own_categories import kind_name
from outreach.resources.small_cells import SMALLEST_SHOWN, TOTAL, protect
from outreach.resources.unmet import unmet_needs
from outreach.staff.roles import Ability

blueprint = Blueprint("vain", __name__, url_prefix="/in-vain")

PERIODS = {30: "30 days", 90: "90 days", 365: "A year"}


@blueprint.get("/")
@needs(Ability.SEE_RESOURCES)
def show() -> ResponseReturnValue:
    """One fixed period or another: between two of any days a small count could be worked out by subtraction."""
    settings = runtime.current().settings
    days = request.args.get("days", 90, type=int)
    days = days if days in PERIODS else 90
    today = clock.now().astimezone(settings.zone).date()
    with runtime.current().database.reading() as session:
        needs_by_place = unmet_needs(session, today - timedelta(days=days - 1), today)
    table = protect({(category, zip_code): count for category, zip_code, count in needs_by_place})
    rows = sorted({row for row, _ in table.cells if row != TOTAL}, key=lambda row: -table.cells[(row, TOTAL)])
    columns = sorted({column for _, column in table.cells if column != TOTAL})
    return render_template(
        "resources/vain.html",
        table=table,
        rows={row: kind_name(settings.content, row) for row in rows},
        columns=columns,
        total=TOTAL,
        smallest=SMALLEST_SHOWN,
        periods=PERIODS,
        days=days,
    )
