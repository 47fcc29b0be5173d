"""Many machines: a class is spread over the workers of a Dask cluster, each with an engine of its own.

Needs `chainrule[cluster]`. What travels to a machine and back is bytes and JSON; no file system is shared.
"""
