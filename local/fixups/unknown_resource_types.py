"""A resource type that the emulator does not know is accepted and recorded, instead of refusing the whole template.

CloudFormation gets a physical id and plausible attributes; nothing is created. `make up` lists what was accepted this
way, so nobody takes an alarm or a dashboard for tested.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners

Handler = dict[str, Any]


class Attributes(dict[str, str]):
    """The attributes of a resource nobody made: whatever `Fn::GetAtt` asks for has a value.

    Args:
        resource_type: As in the template, like `AWS::XRay::Group`.
        name: The physical id.
    """

    def __init__(self, resource_type: str, name: str) -> None:
        self._arn = f"arn:aws:{resource_type.split('::')[1].lower()}:{get_region()}:{get_account_id()}:{name}"
        super().__init__(Arn=self._arn, Id=name, Name=name)

    def __missing__(self, attribute: str) -> str:
        return self._arn if attribute.lower().endswith("arn") else f"{self['Name']}-{attribute}"

    def __contains__(self, attribute: object) -> bool:
        return True

    def get(self, attribute: str, _default: Any = None) -> Any:
        """Like indexing: there is a value for every attribute, so the default is never used."""
        return self[attribute]


class AcceptingHandlers(dict[str, Handler]):
    """The emulator's table of resource types, with an entry for those it lacks.

    Args:
        known: The emulator's own table.
        record: JSON file that remembers what was accepted, across restarts.
    """

    def __init__(self, known: dict[str, Handler], record: Path) -> None:
        super().__init__(known)
        self._record = record
        self._accepted: dict[str, str] = json.loads(record.read_text()) if record.exists() else {}

    def is_foreign(self, resource_type: object) -> bool:
        """Whether the emulator does not know this type, though CloudFormation may."""
        return (
            isinstance(resource_type, str)
            and resource_type.startswith(("AWS::", "Alexa::"))
            and not resource_type.startswith("AWS::CloudFormation::")
            and not super().__contains__(resource_type)
        )

    def __contains__(self, resource_type: object) -> bool:
        return super().__contains__(resource_type) or self.is_foreign(resource_type)

    def __missing__(self, resource_type: str) -> Handler:
        if not self.is_foreign(resource_type):
            raise KeyError(resource_type)
        return self.accepting(resource_type)

    def get(self, resource_type: str, default: Any = None) -> Any:
        """The emulator's own handler, or one that accepts."""
        return self.accepting(resource_type) if self.is_foreign(resource_type) else super().get(resource_type, default)

    def accepting(self, resource_type: str) -> Handler:
        """A handler that accepts and records.

        Args:
            resource_type: What is recorded.
        """

        def create(logical_id: str, _properties: Handler, stack_name: str) -> tuple[str, Attributes]:
            digest = hashlib.sha256(f"{stack_name}/{logical_id}".encode()).hexdigest()[:12]
            name = f"{stack_name}-{logical_id}-{digest}"
            self._remember({**self._accepted, name: resource_type})
            return name, Attributes(resource_type, name)

        def update(physical_id: str, _old: Handler, _new: Handler, _stack_name: str) -> tuple[str, Attributes]:
            return physical_id, Attributes(resource_type, physical_id)

        def delete(physical_id: str, _properties: Handler) -> None:
            self._remember({name: kind for name, kind in self._accepted.items() if name != physical_id})

        return {"create": create, "update": update, "delete": delete}

    def _remember(self, accepted: dict[str, str]) -> None:
        self._accepted = accepted
        self._record.parent.mkdir(parents=True, exist_ok=True)
        self._record.write_text(json.dumps(accepted, indent=1, sort_keys=True))


def install(record: Path) -> None:
    """Replaces the emulator's table of resource types.

    Args:
        record: JSON file of what was accepted: physical id to type.
    """
    handlers = AcceptingHandlers(provisioners._RESOURCE_HANDLERS, record)
    load = cloudformation.load_persisted_state

    def load_with_attributes(data: Any) -> None:
        load(data)
        for stack in cloudformation._stacks._data.values():
            for resource in stack.get("_resources", {}).values():
                if handlers.is_foreign(resource["ResourceType"]):
                    resource["Attributes"] = Attributes(resource["ResourceType"], resource["PhysicalResourceId"])

    provisioners._RESOURCE_HANDLERS = handlers
    cloudformation.load_persisted_state = load_with_attributes
