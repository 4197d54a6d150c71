"""The steps of the saga, a file each: what each does, and how it is undone. Each may happen twice."""
