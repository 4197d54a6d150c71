"""What the emulator gets wrong and this project puts right: one fix-up a file, each with a test of its own.

Every fix-up replaces private names of one exact release, so `install_all` refuses any other, and each of them checks
what it is about to replace. When an upgrade makes one superfluous, delete its file and its line below.
"""

import os
from importlib.metadata import version

from local.failure import FailureError
from local.fixups import (
    api_urls,
    callback_errors,
    callback_permissions,
    container_tasks,
    described_repositories,
    error_class_names,
    event_archives,
    function_environment,
    kept_tables,
    lambda_interpreters,
    mail_senders,
    metric_math_alarms,
    missing_images,
    modest_concurrency,
    modest_event_sources,
    ordered_indexes,
    orderly_shutdown,
    private_integrations,
    replay_filters,
    secure_transport,
    service_registries,
    signed_calls,
    silent_invocations,
    steady_services,
    stream_records,
    stream_targets,
    task_roles,
    unknown_resource_types,
    unpacked_code,
    whole_batches,
)
from local.places import Places
from local.server import HOST

SUPPORTED = "1.5.33"


def install_all(places: Places) -> None:
    """Puts every fix-up into the emulator of this process; call it once, before the server starts.

    Raises:
        FailureError: When another release of ministack than the supported one is installed.
    """
    installed = version("ministack")
    if installed != SUPPORTED:
        raise FailureError(f"ministack {installed} is installed, but the fix-ups are for {SUPPORTED}: run `make up`")
    error_class_names.install()
    callback_errors.install()
    callback_permissions.install()
    silent_invocations.install()
    lambda_interpreters.install(places.lambda_runtime)
    function_environment.install()
    api_urls.install()
    unpacked_code.install(places.scratch)
    event_archives.install()
    replay_filters.install()
    kept_tables.install()
    ordered_indexes.install()
    unknown_resource_types.install(places.state / "accepted-resources.json")
    metric_math_alarms.install()
    secure_transport.install()
    mail_senders.install()
    signed_calls.install()
    modest_concurrency.install()
    modest_event_sources.install()
    whole_batches.install()
    stream_records.install()
    stream_targets.install()
    described_repositories.install()
    missing_images.install()
    task_roles.install()
    service_registries.install()
    container_tasks.install(
        images=places.container_images,
        scratch=places.scratch,
        endpoint=f"http://{HOST}:{os.environ['GATEWAY_PORT']}",
    )
    steady_services.install()
    private_integrations.install()
    orderly_shutdown.install()
