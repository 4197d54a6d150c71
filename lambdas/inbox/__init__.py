"""The other end of the outbox: what makes taking an event twice the same as taking it once."""
