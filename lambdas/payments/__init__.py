"""The payments service: what is paid, through whichever provider, and the ledger of it."""
