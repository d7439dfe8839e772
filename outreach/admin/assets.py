"""Templates and static files of the staff pages, served from here and from nowhere else."""

from flask import Blueprint

blueprint = Blueprint(
    "assets", __name__, template_folder="templates", static_folder="static", static_url_path="/assets"
)
