"""Compile every translation catalogue whenever the project is built or installed, so that a wheel never lacks its words."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))
from scripts.catalogues import compile_catalogues


class CatalogueHook(BuildHookInterface[Any]):
    """Hatchling calls this before it collects the wheel's files, and on an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Compile what is stale below the project's root."""
        compile_catalogues(Path(self.root))
