"""A service's handlers as containers on ECS and Fargate."""
