"""The notifications service: tells customers by e-mail what becomes of their orders."""
