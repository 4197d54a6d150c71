"""Exports and imports, over HTTP."""

from catalog import export_routes, import_routes
from catalog.job_application import application as handler

__all__ = ["export_routes", "handler", "import_routes"]
