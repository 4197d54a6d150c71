"""What AWS would bill for what happens here, counted at the emulator's doors while somebody wants to know.

Functions know nothing of it. What is counted, and by which rule, is in `sources`; `application` begins, tells and ends.
"""
