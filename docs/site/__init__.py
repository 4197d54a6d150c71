"""The documentation as a site: guides, decisions and the reference; it needs no network to be built or read."""
