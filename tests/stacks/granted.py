"""What a function of the storefront may do."""

from tests.storefront_app import template_of


def granted(stack: str, role: str) -> set[str]:
    """Every action that a role's policies allow.

    Args:
        stack: The stack it is in.
        role: How the role's logical id begins, like `CatalogRead`.
    """
    actions: set[str] = set()
    for resource in template_of(stack)["Resources"].values():
        if resource["Type"] == "AWS::IAM::Policy" and resource["Properties"]["Roles"][0]["Ref"].startswith(role):
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                found = statement["Action"]
                actions |= {found} if isinstance(found, str) else set(found)
    assert actions, f"{stack} has no role {role}…"
    return actions
