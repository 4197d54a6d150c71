"""Runs Lambda handlers in a container: behind HTTP as API Gateway calls them, and on queues as Lambda polls them.

The folder is complete in itself and knows nothing of the AWS CDK. Beside it stands `service/`, the bundle of a service;
within it `packages/`, what it needs itself. `python -m mach_runtime web`, `worker` and `health` are its commands, and
environment variables say the rest (see `settings`).
"""
