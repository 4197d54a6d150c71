"""Draws the architecture from the synthesized templates, so that the picture is what is deployed.

`python -m docs.architecture cdk.out` writes it into README.md, between two marks; `make docs` does both.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- architecture: begin -->", "<!-- architecture: end -->"
STORES = {"AWS::DynamoDB::GlobalTable": "DynamoDB", "AWS::S3::Bucket": "S3"}
PARTS = ("AWS::Lambda::Function", "AWS::SQS::Queue", *STORES)

Template = Mapping[str, Any]


class StackDrawing:
    """One stack as a box with its functions, stores and queues, and the arrows that start or end there.

    Args:
        name: The stack's name.
        template: Its template.
    """

    def __init__(self, name: str, template: Template) -> None:
        self._name = name
        self._resources: Mapping[str, Any] = template["Resources"]
        # A dead-letter queue is on every path and would hide the paths.
        dead_letters = {
            _referred(resource["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
            for _, resource in self._of_type("AWS::SQS::Queue")
            if "RedrivePolicy" in resource["Properties"]
        } | {
            _referred(source["Properties"]["DestinationConfig"]["OnFailure"]["Destination"])
            for _, source in self._of_type("AWS::Lambda::EventSourceMapping")
            if "DestinationConfig" in source["Properties"]
        }
        self._parts = {
            logical_id: resource
            for part in PARTS
            for logical_id, resource in self._of_type(part)
            if logical_id not in dead_letters
        }

    def lines(self) -> Iterator[str]:
        """The box, then the arrows; nothing for a stack of which nothing is drawn, such as the dashboard's."""
        if not self._parts:
            return
        yield f"  subgraph {self._name}"
        for logical_id, resource in self._parts.items():
            yield f"    {self._node(logical_id)}{_shape(resource)}"
        if self._of_type("AWS::Events::EventBus"):
            yield '    bus{{"EventBridge bus"}}'
        if self._of_type("AWS::ApiGatewayV2::Api"):
            yield '    api{{"HTTP API"}}'
        yield "  end"
        yield from self._routes()
        yield from self._uses()
        yield from self._deliveries()
        yield from self._rules()

    def _routes(self) -> Iterator[str]:
        served: dict[str, list[str]] = defaultdict(list)
        for _, route in self._of_type("AWS::ApiGatewayV2::Route"):
            integration = self._resources[_referred(route["Properties"]["Target"]["Fn::Join"][1][1])]
            function = _referred(integration["Properties"]["IntegrationUri"])
            served[function].append(route["Properties"]["RouteKey"].replace("$default", "anything else"))
        for function, keys in served.items():
            yield f'  api -- "{"<br/>".join(keys)}" --> {self._node(function)}'

    def _uses(self) -> Iterator[str]:
        for logical_id, function in self._of_type("AWS::Lambda::Function"):
            variables = function["Properties"].get("Environment", {}).get("Variables", {})
            for value in variables.values():
                if isinstance(value, dict) and value.get("Ref") in self._parts:
                    yield f"  {self._node(logical_id)} --> {self._node(value['Ref'])}"
            if "EVENT_BUS_NAME" in variables:
                yield f"  {self._node(logical_id)} --> bus"

    def _deliveries(self) -> Iterator[str]:
        for _, source in self._of_type("AWS::Lambda::EventSourceMapping"):
            origin = _referred(source["Properties"]["EventSourceArn"])
            label = "-. stream .->" if self._resources[origin]["Type"] in STORES else "-->"
            yield f"  {self._node(origin)} {label} {self._node(_referred(source['Properties']['FunctionName']))}"

    def _rules(self) -> Iterator[str]:
        heard: dict[str, list[str]] = defaultdict(list)
        for _, rule in self._of_type("AWS::Events::Rule"):
            # A rule that names no event only logs.
            for detail_type in rule["Properties"]["EventPattern"].get("detail-type", ()):
                for target in rule["Properties"]["Targets"]:
                    heard[_referred(target["Arn"])].append(detail_type)
        for queue, detail_types in heard.items():
            yield f'  bus -- "{"<br/>".join(detail_types)}" --> {self._node(queue)}'

    def _of_type(self, resource_type: str) -> list[tuple[str, Any]]:
        return [(logical_id, found) for logical_id, found in self._resources.items() if found["Type"] == resource_type]

    def _node(self, logical_id: str) -> str:
        return f"{self._name}_{logical_id}"


def draw(templates: Mapping[str, Template]) -> str:
    """The storefront as a Mermaid flowchart.

    Args:
        templates: Each stack's template by the stack's name.
    """
    lines = ["flowchart LR", "  clients([clients]) --> api"]
    for name, template in templates.items():
        lines += StackDrawing(name, template).lines()
    return "\n".join(["```mermaid", *lines, "```"])


def embed(text: str, drawing: str) -> str:
    """The text with the drawing between the two marks.

    Args:
        text: A Markdown text that has both marks.
        drawing: What goes between them.
    """
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{drawing}\n{END}{after}"


def read_templates(assembly: Path) -> dict[str, Template]:
    """The templates of a cloud assembly in the order of deployment: the platform, then the services by name.

    Args:
        assembly: A folder that `cdk synth` wrote.
    """
    files = sorted(
        assembly.glob("*.template.json"), key=lambda file: (not file.name.startswith("Platform."), file.name)
    )
    return {file.name.removesuffix(".template.json"): json.loads(file.read_text()) for file in files}


def _shape(resource: Mapping[str, Any]) -> str:
    if resource["Type"] in STORES:
        return f'[("{STORES[resource["Type"]]}")]'
    if resource["Type"] == "AWS::SQS::Queue":
        return '[/"SQS queue"/]'
    package, module, *_ = resource["Properties"]["Handler"].split(".")
    return f'["{package.replace("_", " ") if module == "handler" else module}"]'


def _referred(value: Any) -> str:
    """The logical id that a `Ref` or a `Fn::GetAtt` names."""
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


def main(arguments: Sequence[str]) -> None:
    """Draws the assembly that the only argument names into README.md."""
    (assembly,) = arguments
    README.write_text(embed(README.read_text(), draw(read_templates(Path(assembly)))))
    print(f"drew {assembly} into {README.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
