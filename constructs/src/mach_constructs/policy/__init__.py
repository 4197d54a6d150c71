"""What this library holds itself to, as checks for any app: `Validations.of(app).add_plugins(MachPolicy())`."""

from mach_constructs.policy.mach_policy import MachPolicy
from mach_constructs.policy.rule import Finding, Rule, SynthesizedApp

__all__ = ["Finding", "MachPolicy", "Rule", "SynthesizedApp"]
