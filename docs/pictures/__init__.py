"""Pictures of what CloudFormation templates create: read into a graph, drawn as Mermaid or as D2."""
