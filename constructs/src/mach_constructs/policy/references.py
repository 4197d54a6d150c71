"""Follows what a template refers to, within a stack, into a nested one, and across stacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from mach_constructs.policy.assembly import Assembly
from mach_constructs.policy.json_values import at, each
from mach_constructs.policy.resource import Reference, Resource, Template

Part = str | Reference
"""A piece of an expression: literal text, or what it refers to. What cannot be known is text in angle brackets."""

_NESTED_STACK = "AWS::CloudFormation::Stack"
_SUBSTITUTION = re.compile(r"\$\{([^!}][^}]*)\}")
_DYNAMIC_PARAMETER = re.compile(r"\{\{resolve:ssm:([^:}]+)(?::\d+)?\}\}")


class References:
    """What expressions stand for.

    It follows `Ref`, `Fn::GetAtt`, `Fn::Join`, `Fn::Sub`, `Fn::Select`, `Fn::If`, outputs and parameters of nested
    stacks, `Fn::GetStackOutput` (CDK's weak references), `Fn::ImportValue`, and parameters of the SSM parameter store
    that the app itself writes.

    Args:
        assembly: All templates.
    """

    def __init__(self, assembly: Assembly) -> None:
        self._nested = {id(template.parent): template for template in assembly.templates if template.parent}
        self._stacks: dict[str, list[Template]] = {}
        self._parameters: dict[str, Resource] = {}
        self._exports: dict[str, tuple[Template, object]] = {}
        for template in assembly.templates:
            if template.parent is None:
                self._stacks.setdefault(template.stack_name, []).append(template)
        for parameter in assembly.of_type("AWS::SSM::Parameter"):
            self._parameters[self.text(parameter.template, parameter.get("Name"))] = parameter
        for template in assembly.templates:
            outputs = at(template.body, "Outputs")
            for output in outputs.values() if isinstance(outputs, Mapping) else ():
                name = at(output, "Export", "Name")
                if name is not None:
                    self._exports[self.text(template, name)] = (template, at(output, "Value"))

    def parts(self, template: Template, expression: object) -> list[Part]:
        """Take an expression apart.

        Args:
            template: Where it stands.
            expression: Any value of a template.

        Returns:
            Its pieces in their order, with everything followed that can be.
        """
        return list(self._parts(template, expression))

    def text(self, template: Template, expression: object) -> str:
        """Give an expression as text, with references in angle brackets.

        Args:
            template: Where it stands.
            expression: Any value of a template.
        """
        return as_text(self._parts(template, expression))

    def targets(self, template: Template, expression: object) -> list[Resource]:
        """Give all resources that an expression refers to.

        Args:
            template: Where it stands.
            expression: Any value of a template.
        """
        return [part.resource for part in self._parts(template, expression) if isinstance(part, Reference)]

    def target(self, template: Template, expression: object) -> Resource | None:
        """Give the first resource that an expression refers to.

        Args:
            template: Where it stands.
            expression: Any value of a template.

        Returns:
            It, or None if there is none in this app.
        """
        return next(iter(self.targets(template, expression)), None)

    def _parts(self, template: Template, expression: object) -> Iterator[Part]:
        if isinstance(expression, str):
            yield from self._literal(expression)
        elif isinstance(expression, list):
            for item in expression:
                yield from self._parts(template, item)
        elif isinstance(expression, dict):
            for function, argument in expression.items():
                yield from self._function(template, function, argument)

    def _function(self, template: Template, function: str, argument: object) -> Iterator[Part]:
        match function:
            case "Ref":
                yield from self._named(template, str(argument))
            case "Fn::GetAtt":
                name, attribute = argument if isinstance(argument, list) else str(argument).split(".", 1)
                yield from self._named(template, str(name), str(attribute))
            case "Fn::GetStackOutput":
                name = self.text(template, at(argument, "StackName"))
                yield from self._output(self._stack(name, template), str(at(argument, "OutputName")))
            case "Fn::ImportValue":
                name = self.text(template, argument)
                exporter, value = self._exports.get(name, (template, f"<{name}>"))
                yield from self._parts(exporter, value)
            case "Fn::Join":
                separator, items = each(argument) if len(each(argument)) == 2 else ("", argument)
                for number, item in enumerate(each(items)):
                    yield from (str(separator),) if number and separator else ()
                    yield from self._parts(template, item)
            case "Fn::Sub":
                yield from self._substituted(template, argument)
            case "Fn::If":
                yield from self._parts(template, each(argument)[1:])
            case _:
                yield from self._parts(template, argument)

    def _literal(self, text: str) -> Iterator[Part]:
        rest = 0
        for found in _DYNAMIC_PARAMETER.finditer(text):
            yield text[rest : found.start()]
            yield from self._stored(found[1])
            rest = found.end()
        yield text[rest:]

    def _substituted(self, template: Template, argument: object) -> Iterator[Part]:
        text, *rest = each(argument)
        pieces = _SUBSTITUTION.split(str(text))
        for number, piece in enumerate(pieces):
            if number % 2 == 0:
                yield piece
            elif (given := at(rest[0] if rest else None, piece)) is not None:
                yield from self._parts(template, given)
            else:
                name, _, attribute = piece.partition(".")
                yield from self._named(template, name, attribute)

    def _named(self, template: Template, name: str, attribute: str = "") -> Iterator[Part]:
        resource = template.resources.get(name)
        if resource is None:
            yield from self._parameter(template, name)
        elif resource.type == _NESTED_STACK and attribute.startswith("Outputs."):
            yield from self._output(self._nested.get(id(resource)), attribute.removeprefix("Outputs."))
        else:
            yield Reference(resource, attribute)

    def _parameter(self, template: Template, name: str) -> Iterator[Part]:
        parameter = at(template.body, "Parameters", name)
        given = template.parent.get("Parameters", name) if template.parent else None
        if given is not None and template.parent:
            yield from self._parts(template.parent.template, given)
        elif str(at(parameter, "Type")).startswith("AWS::SSM::Parameter::Value"):
            yield from self._stored(str(at(parameter, "Default")))
        elif isinstance(at(parameter, "Default"), str):
            yield str(at(parameter, "Default"))
        else:
            yield f"<{name}>"

    def _stored(self, name: str) -> Iterator[Part]:
        stored = self._parameters.get(name)
        if stored is None:
            yield f"<{name}>"
        else:
            yield from self._parts(stored.template, stored.get("Value"))

    def _stack(self, name: str, asker: Template) -> Template | None:
        candidates = self._stacks.get(name, [])
        beside = [candidate for candidate in candidates if candidate.file.parent == asker.file.parent]
        return next(iter(beside or candidates), None)

    def _output(self, template: Template | None, name: str) -> Iterator[Part]:
        value = at(template.body, "Outputs", name, "Value") if template else None
        if template is None or value is None:
            yield f"<{name}>"
        else:
            yield from self._parts(template, value)


def as_text(parts: Iterable[Part]) -> str:
    """Write pieces of an expression out, references in angle brackets.

    Args:
        parts: In their order.
    """
    return "".join(part if isinstance(part, str) else _reference(part) for part in parts)


def _reference(part: Reference) -> str:
    return f"<{part.resource.construct}{f'.{part.attribute}' if part.attribute else ''}>"
