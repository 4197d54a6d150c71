"""The reference of `mach_constructs`: a page a public name, with the picture of what its example creates."""
