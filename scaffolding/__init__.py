"""`make new-service`: a service that is complete, tested and deployed by the next `make up`."""
