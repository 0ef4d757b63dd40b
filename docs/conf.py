"""How Sphinx builds these pages: Markdown through MyST, shown by furo, warnings as errors, nothing fetched from elsewhere."""

project = "Storefloor"
author = "The Storefloor maintainers"
copyright = "The Storefloor maintainers, Apache-2.0"

extensions = ["myst_parser"]
myst_enable_extensions = ["deflist", "colon_fence"]
source_suffix = {".md": "markdown"}
root_doc = "index"
language = "en"
nitpicky = True
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "Storefloor"
html_show_sphinx = False
html_copy_source = False
