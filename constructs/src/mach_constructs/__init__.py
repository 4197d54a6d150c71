"""AWS CDK constructs for MACH microservices."""
