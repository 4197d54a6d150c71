"""The ECS service that works on a microservice's queues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.compute.compute import HandlerUse
from mach_constructs.compute.fargate.fargate_service import FargateService
from mach_constructs.stores.store import Access

if TYPE_CHECKING:
    from mach_constructs.api.http_front import HttpFront
    from mach_constructs.compute.fargate.fargate_compute import FargateCompute
    from mach_constructs.compute.fargate.service_image import ServiceImage
    from mach_constructs.events.delivery import Delivery
    from mach_constructs.network.service_network import ServiceNetwork

# Messages stay hidden for this long and are hidden again while they are worked on.
_VISIBILITY_SECONDS = 60
_LONGEST_STOP = Duration.seconds(
    120
)  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
_SECONDS_TO_CLOSE = 10
_MOST_TASKS_PER_STEP = 10


class WorkerService(FargateService):
    """Polls queues and hands batches to a handler, as Lambda would: partial failures, and one batch a process.

    Args:
        scope: The microservice.
        id: Construct id.
        compute: Code, size and whatever else the service says.
        use: The handler.
        image: The service's image.
        network: Where it runs.
        environment: Variables that follow from the service.

    Example:
        service = Microservice(
            self,
            "Reviews",
            compute=FargateCompute("lambdas/reviews", network=network),
            mesh=mesh,
            subscribes=[OrderDelivered],
        )
        worker = service.workloads["events.handler"]
        if isinstance(worker, WorkerService):
            worker.count.scale_on_memory_utilization("Memory", target_utilization_percent=70)
    """

    count: ecs.ScalableTaskCount
    """How many tasks run."""
    consumers: Sequence[Mapping[str, str | int]]
    """Queues and how they are polled, as the runtime is told."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        compute: FargateCompute,
        use: HandlerUse,
        image: ServiceImage,
        network: ServiceNetwork,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(
            scope,
            id,
            compute=compute,
            command="worker",
            image=image,
            network=network,
            environment=environment,
            timeout=compute.batch_timeout,
            access=Access.READ_WRITE,
            drain=Duration.seconds(int(_LONGEST_STOP.to_seconds()) - _SECONDS_TO_CLOSE),
            stop_timeout=_LONGEST_STOP,
            cpu_target=compute.worker_scaling.cpu,
        )
        self._handler = f"{compute.package}.{use.handler}"
        self._concurrency = compute.concurrency
        self._scaling = compute.worker_scaling
        self.consumers = []
        self.count = self.scale(
            min_tasks=self._scaling.min_tasks,
            max_tasks=self._scaling.max_tasks,
            cooldown=self._scaling.cooldown,
            # Handlers that wait use little CPU: while they are busy, it must not take tasks away.
            only_out=compute.log_routing is None,
        )
        if compute.log_routing is None:
            self.count.scale_to_track_custom_metric(
                "Busy",
                metric=self.metrics.utilization(),
                target_value=self._scaling.busy,
                scale_in_cooldown=self._scaling.cooldown,
                scale_out_cooldown=self._scaling.cooldown,
            )

    def integration(self, scope: Construct, front: HttpFront) -> apigwv2.HttpRouteIntegration:  # noqa: ARG002
        """Refuse routes: another service of the microservice serves them.

        Raises:
            ValueError: Always.
        """
        raise ValueError(f"{self.node.path} works on queues, so it cannot serve routes of {front.node.path}")

    def consume(self, scope: Construct, queue: sqs.IQueue, delivery: Delivery) -> None:  # noqa: ARG002
        """Poll a queue with every task, together with at most the concurrency that the delivery allows.

        Raises:
            ValueError: There can be more tasks than batches at once, or the handlers of a task are shared out already.
        """
        if delivery.max_concurrency < self._scaling.max_tasks:
            raise ValueError(
                f"max_tasks of worker_scaling must not be above the delivery's max_concurrency, got "
                f"{self._scaling.max_tasks} and {delivery.max_concurrency}"
            )
        queue.grant_consume_messages(self.role).assert_success()
        self.consumers = [
            *self.consumers,
            {
                "queue_url": queue.queue_url,
                "handler": self._handler,
                "batch_size": delivery.batch_size,
                "window_seconds": int(delivery.window.to_seconds()),
                "concurrency": min(self._concurrency, delivery.max_concurrency // self._scaling.max_tasks),
                "visibility_seconds": _VISIBILITY_SECONDS + int(delivery.window.to_seconds()),
            },
        ]
        self.container.add_environment("CONSUMERS", Stack.of(self).to_json_string(self.consumers))
        self._scale_on_backlog(f"Backlog{len(self.consumers)}", queue)

    def _scale_on_backlog(self, id: str, queue: sqs.IQueue) -> None:
        step = max(1, min(_MOST_TASKS_PER_STEP, self._scaling.max_tasks // 10))
        self.count.scale_on_metric(
            id,
            metric=queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(1), statistic="Maximum"),
            adjustment_type=autoscaling.AdjustmentType.CHANGE_IN_CAPACITY,
            cooldown=self._scaling.cooldown,
            scaling_steps=[
                autoscaling.ScalingInterval(lower=self._scaling.backlog, change=1),
                autoscaling.ScalingInterval(lower=10 * self._scaling.backlog, change=1 + step),
            ],
        )
