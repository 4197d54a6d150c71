"""The search service: full-text queries, filters and facets over the published catalog."""
