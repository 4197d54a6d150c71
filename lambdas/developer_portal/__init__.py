"""The developer portal: what the API is, to read and to try."""
