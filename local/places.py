"""Where the local AWS keeps its files: everything is inside the checkout, under `.storefront/`."""

from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Places:
    """The files of one local AWS.

    Args:
        root: Folder that holds them all; a second local AWS (tests run one) has a root of its own.
    """

    root: Path = field(default=CHECKOUT / ".storefront")

    @property
    def state(self) -> Path:
        """What survives a restart: tables, queues, users, stacks, objects."""
        return self.root / "state"

    @property
    def container_images(self) -> Path:
        """The images of containers, which have to survive a restart as the tables do."""
        return self.state / "container-images"

    @property
    def on_fargate(self) -> Path:
        """Which services run on Fargate."""
        return self.state / "on-fargate"

    @property
    def scratch(self) -> Path:
        """Unpacked function code and other files nobody needs after the server ended."""
        return self.root / "scratch"

    @property
    def log(self) -> Path:
        """What the server and the CDK CLI print."""
        return self.root / "local-aws.log"

    @property
    def deployment_log(self) -> Path:
        """What the CDK CLI printed during the last deployment."""
        return self.root / "deployment.log"

    @property
    def running(self) -> Path:
        """Process id and port of the server that runs now, as JSON."""
        return self.root / "running.json"

    @property
    def assembly(self) -> Path:
        """The cloud assembly of the last local deployment."""
        return self.root / "assembly"

    @property
    def lambda_runtime(self) -> Path:
        """The interpreter of the functions. One is shared by every local AWS of a checkout: it never changes."""
        return CHECKOUT / ".storefront" / "lambda-runtime"
