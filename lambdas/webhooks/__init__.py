"""The webhooks service: tells partners of events at addresses of their own."""
