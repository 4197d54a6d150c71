"""Every policy pack that what the library creates has to pass.

Composing takes longer than checking, so an app is synthesized once for all of them:
`new_app(validator=True)` brings the library's own validator, which raises beside them.
"""

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from mach_constructs import MachPolicy


def add_every_pack(app: App) -> None:
    """Lets synthesis raise on a finding of cdk-nag's packs or the library's own rules that is not acknowledged."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app), MachPolicy())
